// A v3 front over an injected answer, with fixed keys and a fixed clock, and a client of our own
// that signs by every scheme: written from the wire facts, not from the code under test.

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { type FastifyInstance, fastify, type LightMyRequestResponse } from 'fastify';
import type { Key } from '../../src/auth/keys.ts';
import { type V3RouteOptions, v3Routes } from '../../src/http/routes/v3.ts';
import { encodeForm, frontOptions, HOST, NOW_S } from './front-app.ts';

type Scheme = 'TC3-HMAC-SHA256' | 'HmacSHA1' | 'HmacSHA256';

export const VERSIONS = { scf: '2018-04-16', tcb: '2018-06-08' } as const;

/** @param logTo gets the lines of the server's log */
export async function buildV3App(
  different: Partial<V3RouteOptions> = {},
  logTo: string[] = [],
): Promise<FastifyInstance> {
  const stream = { write: (line: string) => logTo.push(line) };
  const app = fastify({ genReqId: () => randomUUID(), logger: { level: 'info', stream } });
  const options: V3RouteOptions = { ...frontOptions, windowMs: 300_000, ...different };
  await app.register(v3Routes, options);
  return app;
}

export interface CallV3 {
  readonly method?: 'GET' | 'POST';
  readonly scheme?: Scheme;
  readonly key: Key;
  readonly action?: string;
  readonly version?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly language?: string;
  readonly token?: string;
  readonly timestampS?: number;
  /** What is signed in place of the truth. */
  readonly signWith?: string;
  readonly signedHost?: string;
  /** The Host header. */
  readonly host?: string;
  /** The service in the scope of a TC3 signature. */
  readonly service?: string;
  /** TC3: the option of the vendor's clients that leaves the body out of the signature. */
  readonly unsignedPayload?: boolean;
  /** v1: as Go's client does, which sends parameters without a value and does not sign them. */
  readonly emptyUnsigned?: boolean;
  /** Headers set, or taken away by undefined, once signed. */
  readonly headersAfterSigning?: Readonly<Record<string, string | undefined>>;
  /** In place of a POST's encoded parameters; a TC3 signature is about it, a v1 one is not. */
  readonly rawBody?: string;
  /** Appended to the query string once signed. */
  readonly rawTail?: string;
  readonly contentType?: string;
}

interface SignedCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: string;
}

/** Sends a call that is right and rightly signed in everything that it does not say otherwise. */
export async function call(app: FastifyInstance, asked: CallV3): Promise<LightMyRequestResponse> {
  const scheme = asked.scheme ?? 'TC3-HMAC-SHA256';
  const signed = scheme === 'TC3-HMAC-SHA256' ? signedTc3(asked) : signedV1(asked, scheme);
  const headers: Record<string, string | undefined> = {
    ...signed.headers,
    ...asked.headersAfterSigning,
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) {
      delete headers[name];
    }
  }
  const url = signed.url + (asked.rawTail ?? '');
  return await app.inject({ ...signed, url, headers });
}

/** Nested parameters as SDKs flatten them: Filters.0.Values.0. */
function flattened(value: unknown, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null) {
    return { [prefix]: String(value) };
  }
  const entries = Object.entries(value).map(([name, each]) =>
    flattened(each, prefix === '' ? name : `${prefix}.${name}`),
  );
  return Object.assign({}, ...entries);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

function signedTc3(asked: CallV3): SignedCall {
  const { method = 'POST', key, timestampS = NOW_S, action = 'GetFunctionLogs' } = asked;
  const isGet = method === 'GET';
  const query = isGet ? encodeForm(flattened(asked.parameters ?? {})) : '';
  const body = isGet ? '' : (asked.rawBody ?? JSON.stringify(asked.parameters ?? {}));
  const contentType =
    asked.contentType ?? (isGet ? 'application/x-www-form-urlencoded' : 'application/json');
  const host = asked.signedHost ?? asked.host ?? HOST;
  const hashed = asked.unsignedPayload === true ? 'UNSIGNED-PAYLOAD' : body;
  const canonical = `${method}\n/\n${query}\ncontent-type:${contentType}\nhost:${host}\n\ncontent-type;host\n${sha256(hashed)}`;
  const date = new Date(timestampS * 1000).toISOString().slice(0, 10);
  const service = asked.service ?? '127';
  const scope = `${date}/${service}/tc3_request`;
  const text = `TC3-HMAC-SHA256\n${timestampS}\n${scope}\n${sha256(canonical)}`;
  const secretKey = asked.signWith ?? key.secretKey;
  const signing = mac(mac(mac(`TC3${secretKey}`, date), service), 'tc3_request');
  const signature = mac(signing, text).toString('hex');
  const headers: Record<string, string> = {
    host: asked.host ?? HOST,
    'content-type': contentType,
    ...(asked.unsignedPayload === true ? { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
    authorization: `TC3-HMAC-SHA256 Credential=${key.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
    'x-tc-action': action,
    'x-tc-version': asked.version ?? VERSIONS.scf,
    'x-tc-timestamp': String(timestampS),
    'x-tc-region': 'ap-guangzhou',
    ...(asked.language === undefined ? {} : { 'x-tc-language': asked.language }),
    ...(asked.token === undefined ? {} : { 'x-tc-token': asked.token }),
  };
  return { method, url: isGet ? `/?${query}` : '/', headers, ...(isGet ? {} : { payload: body }) };
}

function signedV1(asked: CallV3, scheme: 'HmacSHA1' | 'HmacSHA256'): SignedCall {
  const { method = 'POST', key, action = 'GetFunctionLogs' } = asked;
  const parameters: Record<string, string> = {
    ...flattened(asked.parameters ?? {}),
    Action: action,
    Version: asked.version ?? VERSIONS.scf,
    Region: 'ap-guangzhou',
    SecretId: key.secretId,
    Timestamp: String(asked.timestampS ?? NOW_S),
    Nonce: '7',
    SignatureMethod: scheme,
    ...(asked.language === undefined ? {} : { Language: asked.language }),
    ...(asked.token === undefined ? {} : { Token: asked.token }),
  };
  const joined = Object.keys(parameters)
    .filter((name) => asked.emptyUnsigned !== true || parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  const Signature = createHmac(
    scheme === 'HmacSHA1' ? 'sha1' : 'sha256',
    asked.signWith ?? key.secretKey,
  )
    .update(`${method}${asked.signedHost ?? asked.host ?? HOST}/?${joined}`)
    .digest('base64');
  const form = encodeForm({ ...parameters, Signature });
  const headers = {
    host: asked.host ?? HOST,
    'content-type': asked.contentType ?? 'application/x-www-form-urlencoded',
  };
  return method === 'GET'
    ? { method, url: `/?${form}`, headers }
    : { method, url: '/', headers, payload: asked.rawBody ?? form };
}
