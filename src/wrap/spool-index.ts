// What a process knows of a spool directory: how much is in it, which files are free to be sent, and
// which have to go to make room. By the last listing, and by what the process did since.

import type { SpoolName } from './spool-name.ts';

/** What a file takes on disk at least. */
const FILE_BYTES_MIN = 4 * 1024;
/** Longer than a request takes; then a claim is void, whoever has it. */
const CLAIM_MS_MAX = 2 * 60 * 1000;
/** How old the knowledge of what other processes wrote may get. */
const LISTING_MS_MAX = 2_000;
const RESCAN_MS = 30_000;

export class SpoolIndex {
  readonly #bytesMax: number;
  /** Base name and path of the files that this process sends right now. */
  readonly claims = new Map<string, string>();
  #bytes = 0;
  #listedAt = Number.NEGATIVE_INFINITY;
  #scannedAt = Number.NEGATIVE_INFINITY;
  /** Files to send, the oldest last. */
  #free: SpoolName[] = [];
  #hasNews = true;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** False where a look into the directory would be in vain, as far as is known. */
  get mayHold(): boolean {
    return this.#free.length > 0 || this.needsScan;
  }

  /** Whether there may be free files that the last listing did not have. */
  get needsScan(): boolean {
    return this.#hasNews || performance.now() - this.#scannedAt > RESCAN_MS;
  }

  /** Whether a listing has to be taken before `bytes` more are written. */
  needsListing(bytes: number): boolean {
    return performance.now() - this.#listedAt > LISTING_MS_MAX || !this.hasRoomFor(bytes);
  }

  takeListing(files: readonly SpoolName[]): void {
    this.#bytes = files.reduce((sum, file) => sum + sizeOf(file.bytes), 0);
    this.#listedAt = performance.now();
    this.#free = files
      .filter((file) => file.state !== 'part' && this.#isFree(file))
      .sort((a, b) => (a.base < b.base ? 1 : -1));
  }

  noteScan(): void {
    this.#hasNews = false;
    this.#scannedAt = performance.now();
  }

  noteNews(): void {
    this.#hasNews = true;
  }

  noteWritten(bytes: number): void {
    this.#bytes += sizeOf(bytes);
    this.#hasNews = true;
  }

  noteGone(bytes: number): void {
    this.#bytes -= sizeOf(bytes);
  }

  /** @returns the oldest free file, which is off the list then */
  takeOldest(): SpoolName | undefined {
    return this.#free.pop();
  }

  /** @returns the oldest free files, as many as have to go for `bytes` more; off the list then */
  takeOver(bytes: number): SpoolName[] {
    let over = this.#bytes + sizeOf(bytes) - this.#bytesMax;
    const going: SpoolName[] = [];
    while (over > 0 && sizeOf(bytes) <= this.#bytesMax) {
      const oldest = this.#free.pop();
      if (oldest === undefined) {
        break;
      }
      going.push(oldest);
      over -= sizeOf(oldest.bytes);
    }
    return going;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#bytes + sizeOf(bytes) <= this.#bytesMax;
  }

  /** Whether nobody sends the file, as far as one can know; sending it twice does no harm. */
  #isFree({ claim, base }: SpoolName): boolean {
    if (this.claims.has(base)) {
      return false;
    }
    if (claim === undefined || isOld(claim.sinceMs)) {
      return true;
    }
    // A container's processes have the same numbers again after a restart.
    return claim.processId === process.pid
      ? claim.sinceMs < performance.timeOrigin
      : !isAlive(claim.processId);
  }
}

/** @returns whether something so old was left behind by a process that is gone */
export function isOld(sinceMs: number): boolean {
  return Math.abs(Date.now() - sinceMs) > CLAIM_MS_MAX;
}

function sizeOf(bytes: number): number {
  return Math.max(bytes, FILE_BYTES_MIN);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's, and alive.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}
