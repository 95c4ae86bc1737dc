// What a piece of a file looked like, without keeping it: a state file holds nobody's log.

import { createHash } from 'node:crypto';

/** How much is looked at. */
export const FINGERPRINT_BYTES = 256;

export interface Fingerprint {
  /** How many bytes it was taken of. */
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export function fingerprintOf(piece: Buffer): Fingerprint {
  return { bytes: piece.length, sha256: createHash('sha256').update(piece).digest('hex') };
}

/** Whether the piece is the one that the fingerprint was taken of. */
export function hasFingerprint(piece: Buffer, { bytes, sha256 }: Fingerprint): boolean {
  return piece.length === bytes && fingerprintOf(piece).sha256 === sha256;
}
