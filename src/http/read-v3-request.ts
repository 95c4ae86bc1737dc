// One request at `/`, as far as it can be read before anybody knows whose it is: which scheme it is
// signed by, which action it names, and its parameters. Told apart by the Authorization header and
// by nothing else: some clients label a form as JSON (wire facts C.1).

import type { FastifyRequest } from 'fastify';
import type { Key, KeyRing } from '../auth/keys.ts';
import { readTc3Authorization, TC3_SCHEME } from '../auth/signature-tc3.ts';
import { signatureVariantsV3 } from '../auth/signature-v1.ts';
import { mismatch, type VerifyOptions, verifySignatureV1 } from '../auth/verify.ts';
import { verifySignatureTc3 } from '../auth/verify-tc3.ts';
import { AppError } from '../domain/errors.ts';
import { decodeParameters, type Parameter } from '../wire/decode-parameters.ts';
import { commonParameter, withoutCommon } from '../wire/v3/common-parameters.ts';
import { type Language, readLanguage } from '../wire/v3/encode-error.ts';
import { type ParameterTree, treeOfFlattened, treeOfJson } from '../wire/v3/parameter-tree.ts';
import { rawQueryOf } from './raw-query.ts';
import { bodyLengthOf } from './read-body.ts';
import { bodyOf, FORM, parameterBytes } from './tencent-front.ts';

/** The bounds that the vendor documents: TC3 bodies, v1 bodies, query strings. */
export const V3_BODY_BYTES_MAX = 10 * 1024 * 1024;
const V1_BODY_BYTES_MAX = 1024 * 1024;
const QUERY_BYTES_MAX = 32 * 1024;

const OPENING_BRACE = 0x7b;

/** What is known of a request before its signature is checked: for its answer and for the log. */
export interface V3Names {
  readonly action: string | undefined;
  readonly version: string | undefined;
  readonly language: Language;
}

export interface V3Request extends V3Names {
  readonly method: string;
  /** The Host header; empty where there is none. */
  readonly host: string;
  readonly query: string;
  readonly headers: FastifyRequest['raw']['headers'];
  readonly body: Uint8Array;
  /** Undefined where the body is JSON. */
  readonly parameters: readonly Parameter[] | undefined;
}

/** By the headers alone, for requests that cannot be read any further. */
export function namesInHeaders(request: FastifyRequest): V3Names {
  const { headers } = request.raw;
  return {
    action: textOf(headers['x-tc-action']),
    version: textOf(headers['x-tc-version']),
    language: readLanguage(textOf(headers['x-tc-language'])),
  };
}

/**
 * What can be told of a request before its body is read: whose it says it is, and whether so large
 * a body may be signed in that way.
 *
 * @throws AppError authorization_invalid, unknown_key, signature_mismatch
 */
export function assertMaySendV3(request: FastifyRequest, keyRing: KeyRing): void {
  const { authorization } = request.raw.headers;
  if (authorization === undefined) {
    assertLengthOfV1(bodyLengthOf(request) ?? 0);
    return;
  }
  const { secretId } = readTc3Authorization(authorization);
  if (keyRing.find(secretId) === undefined) {
    throw mismatch(undefined, secretId, { scheme: TC3_SCHEME, start: `${request.method}\n/\n` });
  }
}

/**
 * @throws AppError body_too_large, signature_mismatch (a body too large for its scheme),
 *   malformed_request, invalid_parameter, authorization_invalid
 */
export function readV3Request(request: FastifyRequest): V3Request {
  const { headers } = request.raw;
  const [method, query, body] = [request.method, rawQueryOf(request), bodyOf(request)];
  const hasTc3 = headers.authorization !== undefined;
  assertBounded(method, query);
  if (!hasTc3) {
    assertBodyOfV1(body);
  }
  const isForm = !hasTc3 || method === 'GET' || headers['content-type']?.startsWith(FORM) === true;
  const parameters = isForm ? decodeParameters(parameterBytes(request)) : undefined;
  const named = namesInHeaders(request);
  const language = commonParameter(parameters ?? [], 'Language');
  return {
    action: named.action ?? commonParameter(parameters ?? [], 'Action'),
    version: named.version ?? commonParameter(parameters ?? [], 'Version'),
    language: language === undefined ? named.language : readLanguage(language),
    method,
    host: headers.host ?? '',
    query,
    headers,
    body,
    parameters,
  };
}

/**
 * @returns the key that signed the request
 * @throws AppError as verifySignatureTc3 and verifySignatureV1 do
 */
export function verifyV3Request(request: V3Request, options: VerifyOptions): Key {
  const hosts = hostsTried(request.host, options.publicHosts);
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    return verifySignatureTc3(request, authorization, hosts, options);
  }
  const { method, host, parameters = [] } = request;
  const signed = { method, host, path: '/', parameters };
  // No nonce is remembered: a TC3 signature has none, and a repeated question harms nobody.
  return verifySignatureV1(signed, hosts, signatureVariantsV3, {
    ...options,
    replayGuard: undefined,
  });
}

/** @throws AppError malformed_request, invalid_parameter */
export function parameterTreeOf({ parameters, body }: V3Request): ParameterTree {
  const tree = parameters === undefined ? treeOfJson(body) : treeOfFlattened(parameters);
  return { ...tree, root: withoutCommon(tree.root) };
}

/**
 * Some clients sign the host with its port, others without (wire facts C.2); some in lower case, as
 * the vendor says, others as it was typed.
 */
function hostsTried(host: string, publicHosts: readonly string[]): readonly string[] {
  const name = host.replace(/:\d+$/, '');
  return [...new Set([host, name, host.toLowerCase(), name.toLowerCase(), ...publicHosts])];
}

function assertBounded(method: string, query: string): void {
  if (method === 'GET' && query.length > QUERY_BYTES_MAX) {
    throw new AppError(
      'body_too_large',
      `the query string of a GET is over ${QUERY_BYTES_MAX} bytes: send a POST`,
      { zh: `GET 请求的查询串超过 ${QUERY_BYTES_MAX} 字节，请使用 POST` },
    );
  }
}

/** A v1 signature is a parameter among others: its body is a form, and a small one. */
function assertBodyOfV1(body: Uint8Array): void {
  assertLengthOfV1(body.length);
  if (body[0] === OPENING_BRACE) {
    throw new AppError(
      'authorization_invalid',
      'the request has a JSON body and no Authorization header: sign it by TC3-HMAC-SHA256',
      { zh: 'JSON 请求缺少 Authorization 头部，须使用 TC3-HMAC-SHA256 签名' },
    );
  }
}

function assertLengthOfV1(length: number): void {
  if (length > V1_BODY_BYTES_MAX) {
    throw new AppError(
      'signature_mismatch',
      `the body is over ${V1_BODY_BYTES_MAX} bytes, the bound of this signature method: ` +
        'sign it by TC3-HMAC-SHA256',
      { zh: '请求超过签名方法的大小限制，请使用 TC3-HMAC-SHA256 签名' },
    );
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return (typeof header === 'string' ? header : header?.[0]) || undefined;
}
