// A v2 front over an injected answer, with fixed keys and a fixed clock, and a client of our own
// that signs: written from the wire facts, not from the code under test.

import { createHmac } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Key, KeyRing } from '../../src/auth/keys.ts';
import { ReplayGuard } from '../../src/auth/replay-guard.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { type V2RouteOptions, v2Routes } from '../../src/http/routes/v2.ts';

export const NOW_S = 1_795_436_966;
export const HOST = '127.0.0.1:18583';
export const PATH = '/v2/index.php';

export const fixedClock: Clock = { now: () => NOW_S * 1000 };

const DAY_MS = 86_400_000;

export type KeyName = 'reader' | 'ingester' | 'elsewhere' | 'admin' | 'expired' | 'revoked';

function keyNamed(name: KeyName, different: Partial<Key>): Key {
  return {
    secretId: `AKID-${name}`,
    secretKey: `secret-of-${name}`,
    role: 'read',
    namespaces: '*',
    createdAtMs: NOW_S * 1000 - 9 * DAY_MS,
    expiresAtMs: null,
    revokedAtMs: null,
    note: '',
    ...different,
  };
}

export const keys: Readonly<Record<KeyName, Key>> = {
  reader: keyNamed('reader', {}),
  ingester: keyNamed('ingester', { role: 'ingest' }),
  elsewhere: keyNamed('elsewhere', { namespaces: ['staging'] }),
  admin: keyNamed('admin', { role: 'admin' }),
  expired: keyNamed('expired', { expiresAtMs: NOW_S * 1000 }),
  revoked: keyNamed('revoked', { revokedAtMs: NOW_S * 1000 - DAY_MS }),
};

export function keyRingOf(...held: readonly Key[]): KeyRing {
  return { find: (secretId) => held.find((key) => key.secretId === secretId) };
}

/** The front with an empty store, the keys above and the default settings. */
export function buildV2App(different: Partial<V2RouteOptions> = {}): FastifyInstance {
  const windowMs = different.windowMs ?? 7_200_000;
  const app = Fastify();
  app.register(v2Routes, {
    keyRing: keyRingOf(...Object.values(keys)),
    clock: fixedClock,
    windowMs,
    replayGuard: new ReplayGuard({ clock: fixedClock, windowMs }),
    publicHosts: ['scf.api.qcloud.com'],
    timeZone: 'Asia/Shanghai',
    queryPage: async () => ({ total: 0, invocations: [] }),
    ...different,
  });
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

export function encodeForm(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
