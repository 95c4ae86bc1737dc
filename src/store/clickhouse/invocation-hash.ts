// Short fingerprints: of an identity, to find candidates in the store quickly, and of a content,
// to tell a record sent again from a newer one.

import { hash } from 'node:crypto';

/** 52 bits, so that a fingerprint is a JavaScript number like any other. */
const HEX_DIGITS = 13;

/**
 * @param text identityKey() of a record, or its stored content
 * @returns a whole number below 2^52
 */
export function fingerprint(text: string): number {
  return Number.parseInt(hash('sha1', text).slice(0, HEX_DIGITS), 16);
}
