// Compares secrets.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** In a time that does not depend on where the two differ, nor on their lengths. */
export function textsEqual(a: string, b: string): boolean {
  const key = randomBytes(32);
  const digestOf = (text: string) => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digestOf(a), digestOf(b));
}
