// Sessions of the console: who signed in with a key once does not send it again. They are kept in
// memory alone, so a restart ends them, and never as they are: only a hash of the id is held.

import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { assertKeyInForce, type Key, type KeyRing } from './keys.ts';
import { textsEqual } from './texts-equal.ts';

/** Unused for so long, a session ends. */
const IDLE_MS = 12 * 3_600_000;
/** However much it is used. */
export const SESSION_MS_MAX = 7 * 86_400_000;
/** Over it the one that was used longest ago ends. */
const SESSIONS_MAX = 1_000;
/** Of one key, likewise: whoever signs in again and again ends their own sessions alone. */
const SESSIONS_OF_KEY_MAX = 100;
const RANDOM_BYTES = 32;

export interface SessionsOptions {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly sessionsMax?: number;
}

export interface Session {
  readonly key: Key;
  /** What a call that changes something has to carry besides. */
  readonly csrfToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

interface HeldSession {
  readonly secretId: string;
  readonly secretKey: string;
  readonly csrfToken: string;
  readonly endsAtMs: number;
  usedAtMs: number;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** By the hash of their id; the one that was used last comes last. */
  readonly #held = new Map<string, HeldSession>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** @returns the id, which is told to nobody but who signed in */
  begin(key: Key): { readonly id: string; readonly session: Session } {
    const { clock, sessionsMax = SESSIONS_MAX } = this.#options;
    const nowMs = clock.now();
    const id = randomBytes(RANDOM_BYTES).toString('base64url');
    const held = {
      secretId: key.secretId,
      secretKey: key.secretKey,
      csrfToken: randomBytes(RANDOM_BYTES).toString('base64url'),
      endsAtMs: Math.min(nowMs + SESSION_MS_MAX, key.expiresAtMs ?? Number.POSITIVE_INFINITY),
      usedAtMs: nowMs,
    };
    this.#held.set(hashOf(id), held);
    const ofKey = [...this.#held].filter(([, { secretId }]) => secretId === key.secretId);
    if (ofKey.length > SESSIONS_OF_KEY_MAX) {
      this.#held.delete(ofKey[0]?.[0] ?? '');
    }
    if (this.#held.size > sessionsMax) {
      this.#held.delete(this.#held.keys().next().value ?? '');
    }
    return { id, session: sessionOf(held, key) };
  }

  /**
   * @param id from the cookie; undefined where there is none
   * @throws AppError auth_failed: no such session, or it is over, or its key is no good any more
   */
  find(id: string | undefined): Session {
    const { keyRing, clock } = this.#options;
    const hash = hashOf(id ?? '');
    const held = this.#held.get(hash);
    const nowMs = clock.now();
    if (held === undefined || nowMs >= Math.min(held.endsAtMs, held.usedAtMs + IDLE_MS)) {
      this.#held.delete(hash);
      throw new AppError('auth_failed', 'there is no such session any more: sign in', {
        details: { problem: 'no_session' },
      });
    }
    const key = keyRing.find(held.secretId);
    if (key === undefined || !textsEqual(held.secretKey, key.secretKey)) {
      this.#held.delete(hash);
      throw new AppError('auth_failed', 'the key of this session is gone: sign in with another', {
        details: { problem: 'key_gone' },
      });
    }
    assertKeyInForce(key, nowMs);
    held.usedAtMs = nowMs;
    this.#held.delete(hash);
    this.#held.set(hash, held);
    return sessionOf(held, key);
  }

  end(id: string): void {
    this.#held.delete(hashOf(id));
  }
}

function sessionOf({ csrfToken, endsAtMs }: HeldSession, key: Key): Session {
  return { key, csrfToken, expiresAtMs: endsAtMs };
}

/** A look-up by it tells nothing of an id by the time that it takes. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
