// What the Tencent fronts are tested with: a fixed clock, a key of every kind, and no records.

import type { Key, KeyRing } from '../../src/auth/keys.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { Admission } from '../../src/http/admission.ts';
import { callAdmissionBounds } from '../../src/http/call-admission.ts';
import type { FrontOptions } from '../../src/http/tencent-front.ts';
import { buildKey } from '../support/build-key.ts';

export const NOW_S = 1_795_436_966;
export const HOST = '127.0.0.1:18583';

export const fixedClock: Clock = { now: () => NOW_S * 1000 };

const DAY_MS = 86_400_000;

export type KeyName =
  | 'reader'
  | 'ingester'
  | 'elsewhere'
  | 'admin'
  | 'expired'
  | 'revoked'
  | 'temporary';

function keyNamed(name: KeyName, different: Partial<Key>): Key {
  return buildKey({
    secretId: `AKID-${name}`,
    secretKey: `secret-of-${name}`,
    createdAtMs: NOW_S * 1000 - 9 * DAY_MS,
    ...different,
  });
}

export const keys: Readonly<Record<KeyName, Key>> = {
  reader: keyNamed('reader', {}),
  ingester: keyNamed('ingester', { role: 'ingest' }),
  elsewhere: keyNamed('elsewhere', { namespaces: ['staging'] }),
  admin: keyNamed('admin', { role: 'admin' }),
  expired: keyNamed('expired', { expiresAtMs: NOW_S * 1000 }),
  revoked: keyNamed('revoked', { revokedAtMs: NOW_S * 1000 - DAY_MS }),
  temporary: keyNamed('temporary', { token: 'the token', expiresAtMs: NOW_S * 1000 + DAY_MS }),
};

export function keyRingOf(...held: readonly Key[]): KeyRing {
  return { find: (secretId) => held.find((key) => key.secretId === secretId) };
}

/** The options of a front over an empty store. */
export const frontOptions = {
  keyRing: keyRingOf(...Object.values(keys)),
  clock: fixedClock,
  publicHosts: ['scf.api.qcloud.com', 'scf.tencentcloudapi.com'],
  timeZone: 'Asia/Shanghai',
  questions: {
    page: async () => ({ total: 0, invocations: [], asOf: 0 }),
    functions: async () => ({ total: 0, functions: [] }),
    namespaces: async () => ({ total: 0, namespaces: [] }),
    namespacesOfRequest: async () => [],
  },
  limitRate: async () => undefined,
  admission: new Admission(callAdmissionBounds),
} as const satisfies FrontOptions & Record<string, unknown>;

export function encodeForm(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
