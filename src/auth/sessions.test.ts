import { expect, test } from 'vitest';
import { createKey, type Key } from './keys.ts';
import { Sessions } from './sessions.ts';

const HOUR_MS = 3_600_000;

function sessionsWith(sessionsMax?: number) {
  const clock = { nowMs: Date.UTC(2026, 0, 1), now: () => clock.nowMs };
  const ring = new Map<string, Key>();
  const make = (expiresAtMs: number | null = null) => {
    const key = createKey({ role: 'read', namespaces: '*', createdAtMs: 0, expiresAtMs });
    ring.set(key.secretId, key);
    return key;
  };
  const sessions = new Sessions({
    keyRing: { find: (secretId) => ring.get(secretId) },
    clock,
    ...(sessionsMax === undefined ? {} : { sessionsMax }),
  });
  return { sessions, clock, ring, make };
}

test('a session is found by its id alone, with its key and a token of its own', () => {
  const { sessions, make } = sessionsWith();
  const [one, other] = [make(), make()];
  const [first, second] = [sessions.begin(one), sessions.begin(other)];
  expect(sessions.find(first.id).key).toBe(one);
  expect(sessions.find(second.id).key).toBe(other);
  expect(first.id).toMatch(/^[\w-]{43}$/);
  expect(first.session.csrfToken).not.toBe(second.session.csrfToken);
  for (const none of [undefined, '', 'x', `${first.id} `, first.id.slice(1)]) {
    expect(() => sessions.find(none)).toThrow('sign in');
  }
});

test('a session ends unused after twelve hours, and after a week however much it is used', () => {
  const { sessions, clock, make } = sessionsWith();
  const { id } = sessions.begin(make());
  clock.nowMs += 12 * HOUR_MS - 1;
  expect(sessions.find(id)).toBeDefined();
  clock.nowMs += 12 * HOUR_MS;
  expect(() => sessions.find(id)).toThrow('no such session any more');

  const used = sessions.begin(make()).id;
  for (let hour = 0; hour < 7 * 24 - 1; hour++) {
    clock.nowMs += HOUR_MS;
    expect(sessions.find(used)).toBeDefined();
  }
  clock.nowMs += HOUR_MS;
  expect(() => sessions.find(used)).toThrow('no such session any more');
});

test('a session ends with its key: expired, revoked, taken away or given a new SecretKey', () => {
  const { sessions, clock, ring, make } = sessionsWith();
  const expiring = make(clock.nowMs + HOUR_MS);
  const { id, session } = sessions.begin(expiring);
  expect(session.expiresAtMs).toBe(clock.nowMs + HOUR_MS);
  const changed: readonly (readonly [(key: Key) => Key | undefined, string])[] = [
    [(key) => ({ ...key, revokedAtMs: 0 }), 'revoked'],
    [(key) => ({ ...key, secretKey: 'another' }), 'is gone'],
    [() => undefined, 'is gone'],
  ];
  for (const [change, words] of changed) {
    const key = make();
    const begun = sessions.begin(key);
    const now = change(key);
    ring.delete(key.secretId);
    if (now !== undefined) {
      ring.set(key.secretId, now);
    }
    expect(() => sessions.find(begun.id)).toThrow(words);
  }
  clock.nowMs += HOUR_MS;
  expect(() => sessions.find(id)).toThrow();
});

test('of too many sessions the one that was used longest ago ends', () => {
  const { sessions, make } = sessionsWith(3);
  const ids = Array.from({ length: 3 }, () => sessions.begin(make()).id);
  sessions.find(ids[0]);
  sessions.begin(make());
  expect(sessions.find(ids[0])).toBeDefined();
  expect(() => sessions.find(ids[1])).toThrow();
  expect(sessions.find(ids[2])).toBeDefined();
  sessions.end(ids[2] ?? '');
  expect(() => sessions.find(ids[2])).toThrow();
});

test('a key has a hundred sessions at most: another one ends its oldest, and no one else’s', () => {
  const { sessions, make } = sessionsWith(1_000);
  const [busy, other] = [make(), make()];
  const { id: others } = sessions.begin(other);
  const ids = Array.from({ length: 101 }, () => sessions.begin(busy).id);
  expect(() => sessions.find(ids[0])).toThrow();
  expect(sessions.find(ids[1])).toBeDefined();
  expect(sessions.find(others)).toBeDefined();
});
