// Who is signed in.

import { signal } from '@preact/signals';
import { ApiError, readSession, signIn, signOut } from '../api/client.ts';
import type { Session, SignIn } from '../api/types.ts';

export type SessionState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out'; readonly reason?: 'ended' }
  | { readonly kind: 'away' }
  | { readonly kind: 'in'; readonly session: Session };

export const session = signal<SessionState>({ kind: 'asking' });

export async function findSession(): Promise<void> {
  try {
    session.value = { kind: 'in', session: await readSession() };
  } catch (error) {
    const isRefused = error instanceof ApiError && [401, 403].includes(error.status);
    session.value = isRefused ? { kind: 'out' } : { kind: 'away' };
  }
}

/** @throws ApiError where the key is none */
export async function beginSession(given: SignIn): Promise<void> {
  session.value = { kind: 'in', session: await signIn(given) };
}

export async function endSession(): Promise<void> {
  const now = session.value;
  session.value = { kind: 'out' };
  if (now.kind === 'in') {
    await signOut(now.session.csrfToken).catch(() => undefined);
  }
}

/** The server does not know the session any more. */
export function noteEnded(): void {
  session.value = { kind: 'out', reason: 'ended' };
}
