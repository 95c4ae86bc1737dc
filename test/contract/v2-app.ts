// A v2 front over an injected answer, with fixed keys and a fixed clock, and a client of our own
// that signs: written from the wire facts, not from the code under test.

import { createHmac } from 'node:crypto';
import { type FastifyInstance, fastify } from 'fastify';
import type { Key } from '../../src/auth/keys.ts';
import { ReplayGuard } from '../../src/auth/replay-guard.ts';
import { type V2RouteOptions, v2Routes } from '../../src/http/routes/v2.ts';
import { fixedClock, frontOptions, NOW_S } from './front-app.ts';

export const PATH = '/v2/index.php';

/** The front with an empty store, the keys above and the default settings. */
export async function buildV2App(
  different: Partial<V2RouteOptions> = {},
): Promise<FastifyInstance> {
  const windowMs = different.windowMs ?? 7_200_000;
  const app = fastify();
  const replayGuard = new ReplayGuard({ clock: fixedClock, windowMs });
  const options: V2RouteOptions = { ...frontOptions, windowMs, replayGuard, ...different };
  await app.register(v2Routes, options);
  return app;
}

/** The common parameters of a request that the key's holder sends now. */
export function commonParameters(key: Key, nonce: string): Record<string, string> {
  return {
    Action: 'GetFunctionLogs',
    Region: 'gz',
    SecretId: key.secretId,
    Timestamp: String(NOW_S),
    Nonce: nonce,
  };
}

/** Signs names without underscores and values without a leading `@`, as every client does alike. */
export function signatureOf(
  method: string,
  host: string,
  parameters: Readonly<Record<string, string>>,
  secretKey: string,
): string {
  const text = Object.keys(parameters)
    .filter((name) => name !== 'Signature')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  const algorithm = parameters['SignatureMethod'] === 'HmacSHA256' ? 'sha256' : 'sha1';
  return createHmac(algorithm, secretKey)
    .update(`${method}${host}${PATH}?${text}`)
    .digest('base64');
}
