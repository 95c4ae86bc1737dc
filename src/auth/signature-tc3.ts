// The TC3-HMAC-SHA256 scheme of API 3.0: the Authorization header, the text that is signed, and
// its HMAC (wire facts C.2).

import { createHash, createHmac } from 'node:crypto';
import { AppError, shownValue } from '../domain/errors.ts';

export const TC3_SCHEME = 'TC3-HMAC-SHA256';

/** A request as its client signed it, not decoded. */
export interface Tc3Request {
  /** Upper case. */
  readonly method: string;
  /** After the `?`, encoded as on the wire; empty where there is none. */
  readonly query: string;
  /** By lower-case name, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface Tc3Authorization {
  readonly secretId: string;
  /** UTC, YYYY-MM-DD. */
  readonly date: string;
  /** Whatever the client takes for it: many cut it out of the endpoint, some with `http://`. */
  readonly service: string;
  /** Lower-case names, in the order signed. */
  readonly signedHeaders: readonly string[];
  /** 32 bytes. */
  readonly signature: Buffer;
}

/** An option of the vendor's clients, `unsignedPayload`. */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 +Credential=([^/, ]{1,256})\/(\d{4}-\d{2}-\d{2})\/([^, ]{0,256})\/tc3_request, *SignedHeaders=([a-z0-9;-]{1,1024}), *Signature=([0-9a-f]{64})$/;

/** @throws AppError authorization_invalid */
export function readTc3Authorization(header: string): Tc3Authorization {
  const match = AUTHORIZATION.exec(header);
  if (match === null) {
    const scheme = shownValue(header.split(' ', 1)[0]);
    throw invalidAuthorization(
      `is not well formed (it begins with ${scheme}): ${TC3_SCHEME} Credential=` +
        'SECRET_ID/DATE/SERVICE/tc3_request, SignedHeaders=content-type;host, Signature=64 ' +
        'lower-case hexadecimal digits is accepted',
      `格式错误（以 ${scheme} 开头），须为 ${TC3_SCHEME} 签名`,
    );
  }
  const [, secretId = '', date = '', service = '', signedHeaders = '', signature = ''] = match;
  return {
    secretId,
    date,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature: Buffer.from(signature, 'hex'),
  };
}

/**
 * What a signature has to cover to mean anything here: the host, the content type where one is
 * sent, and the day of its timestamp.
 *
 * @throws AppError authorization_invalid
 */
export function assertCovers(
  { signedHeaders, date }: Tc3Authorization,
  { headers }: Tc3Request,
  timestampS: number,
): void {
  const needed = headers['content-type'] === undefined ? ['host'] : ['content-type', 'host'];
  const missing = needed.find((name) => !signedHeaders.includes(name));
  if (missing !== undefined) {
    throw invalidAuthorization(
      `does not sign the header ${missing}: SignedHeaders must name ${needed.join(' and ')}`,
      `的 SignedHeaders 缺少 ${missing}`,
    );
  }
  const day = dayOf(timestampS);
  if (date !== day) {
    throw invalidAuthorization(
      `is for the day ${shownValue(date)}: the UTC day of X-TC-Timestamp, ${day}, is accepted`,
      `的日期 ${shownValue(date)} 须为 X-TC-Timestamp 的 UTC 日期 ${day}`,
    );
  }
}

/**
 * The text under a TC3 signature, for one host name that the client may have signed.
 *
 * @param host in place of the Host header, with its letter case; values of other headers are
 *   signed in lower case
 */
export function tc3TextToSign(
  request: Tc3Request,
  { date, service, signedHeaders }: Tc3Authorization,
  { host, timestampS, bodyHash }: { host: string; timestampS: number; bodyHash: string },
): string {
  const headers = signedHeaders
    .map((name) => `${name}:${name === 'host' ? host.trim() : headerText(request, name)}\n`)
    .join('');
  const canonicalRequest = [
    request.method,
    '/',
    request.query,
    headers,
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  return `${TC3_SCHEME}\n${timestampS}\n${scope}\n${sha256Hex(canonicalRequest)}`;
}

/**
 * The hash that the canonical request ends with: of the body, of nothing for a GET, or of a word
 * where the client says that it has not signed its body. Who alters the header alters the hash.
 */
export function tc3BodyHash({ method, headers, body }: Tc3Request): string {
  if (headers['x-tc-content-sha256'] === UNSIGNED_PAYLOAD) {
    return sha256Hex(UNSIGNED_PAYLOAD);
  }
  return sha256Hex(method === 'GET' ? '' : body);
}

/** The key that a day's requests to a service are signed with. */
export function tc3SigningKey(
  secretKey: string,
  { date, service }: Pick<Tc3Authorization, 'date' | 'service'>,
): Buffer {
  const ofDate = hmac(`TC3${secretKey}`, date);
  return hmac(hmac(ofDate, service), 'tc3_request');
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function headerText({ headers }: Tc3Request, name: string): string {
  const value = headers[name];
  if (value === undefined) {
    throw invalidAuthorization(
      `signs the header ${name}, which the request does not have: sign those that are sent`,
      `签名了请求中不存在的头部 ${name}`,
    );
  }
  return canonical(typeof value === 'string' ? value : value.join(', '));
}

function canonical(value: string): string {
  return value.trim().toLowerCase();
}

function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Beyond what a Date can hold there is no day, and no signature is for it. */
function dayOf(timestampS: number): string {
  const date = new Date(timestampS * 1000);
  return Number.isNaN(date.getTime()) ? 'none' : date.toISOString().slice(0, 10);
}

function invalidAuthorization(what: string, zh: string): AppError {
  return new AppError('authorization_invalid', `the Authorization header ${what}`, {
    details: { header: 'Authorization' },
    zh: `请求头部的 Authorization ${zh}`,
  });
}
