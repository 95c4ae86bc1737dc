// Room for the bodies of requests, and the two lines of those that wait for some: small requests
// have a share of it that large ones cannot take, so that a few large bodies which come slowly do
// not hold up everybody else.

import { AppError } from '../domain/errors.ts';

export interface BodyRoomOptions {
  /** Bodies that are being read, parsed or written, all together. */
  readonly bytesMax: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/** What a request takes up. */
export interface Hold {
  readonly bytes: number;
}

interface Waiting {
  readonly hold: Hold;
  admit(): void;
}

const SMALL_BYTES_MAX = 1024 * 1024;
/** An eighth is for small ones alone. */
const SMALL_SHARE = 8;

export class BodyRoom {
  readonly #options: BodyRoomOptions;
  readonly #smallBytesMax: number;
  readonly #largeBytesMax: number;
  readonly #waitingLarge: Waiting[] = [];
  readonly #waitingSmall: Waiting[] = [];
  #largeBytes = 0;
  #smallBytes = 0;

  constructor(options: BodyRoomOptions) {
    this.#options = options;
    this.#smallBytesMax = Math.floor(options.bytesMax / SMALL_SHARE);
    this.#largeBytesMax = options.bytesMax - this.#smallBytesMax;
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#largeBytes + this.#smallBytes;
  }

  /** How much more is taken than there is for all, or for large ones; exchanges can bring it there. */
  get overflow(): number {
    const { bytesMax } = this.#options;
    return Math.max(this.bytes - bytesMax, this.#largeBytes - this.#largeBytesMax, 0);
  }

  get hasWaiting(): boolean {
    return this.#waitingLarge.length + this.#waitingSmall.length > 0;
  }

  /** @returns what a body of the size takes: one that is over all bounds, what there is for large ones */
  holdOf(bytes: number): Hold {
    return { bytes: Math.min(bytes, this.#largeBytesMax) };
  }

  /**
   * @param signal aborted, its place in the line is given up
   * @throws AppError overloaded; whatever the signal was aborted with
   */
  async take(hold: Hold, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const line = this.#lineOf(hold);
    if (line.length === 0 && this.#fits(hold)) {
      this.#count(hold, 1);
      return;
    }
    const { waitingMax, waitMsMax } = this.#options;
    if (this.#waitingLarge.length + this.#waitingSmall.length >= waitingMax) {
      throw this.#tooMuch();
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (error: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        line.splice(line.indexOf(waiting), 1);
        reject(error);
        // Whoever stood behind it may fit.
        this.#admitWaiting();
      };
      const onAbort = () => leave(signal.reason);
      const timer = setTimeout(() => leave(this.#tooMuch()), waitMsMax);
      const waiting: Waiting = {
        hold,
        admit: () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort);
      line.push(waiting);
    });
  }

  give(hold: Hold): void {
    this.#count(hold, -1);
    this.#admitWaiting();
  }

  /** In place of one hold another, whether there is room or not. */
  exchange(old: Hold, next: Hold): void {
    this.#count(next, 1);
    this.give(old);
  }

  /** In the order of asking: a large one is not passed by other large ones for ever. */
  #admitWaiting(): void {
    while (this.#admitFirst(this.#waitingLarge) || this.#admitFirst(this.#waitingSmall));
  }

  #admitFirst(line: Waiting[]): boolean {
    const [first] = line;
    if (first === undefined || !this.#fits(first.hold)) {
      return false;
    }
    line.shift();
    this.#count(first.hold, 1);
    first.admit();
    return true;
  }

  #fits(hold: Hold): boolean {
    if (this.bytes + hold.bytes > this.#options.bytesMax) {
      return false;
    }
    if (this.#isSmall(hold)) {
      // Beyond their own share only as long as no large one waits for the rest.
      const own = this.#smallBytes + hold.bytes <= this.#smallBytesMax;
      return own || this.#waitingLarge.length === 0;
    }
    return this.#largeBytes + hold.bytes <= this.#largeBytesMax;
  }

  #lineOf(hold: Hold): Waiting[] {
    return this.#isSmall(hold) ? this.#waitingSmall : this.#waitingLarge;
  }

  #isSmall({ bytes }: Hold): boolean {
    return bytes <= Math.min(SMALL_BYTES_MAX, this.#smallBytesMax);
  }

  #count(hold: Hold, sign: 1 | -1): void {
    if (this.#isSmall(hold)) {
      this.#smallBytes += sign * hold.bytes;
    } else {
      this.#largeBytes += sign * hold.bytes;
    }
  }

  #tooMuch(): AppError {
    const { bytesMax } = this.#options;
    return new AppError(
      'overloaded',
      `the requests under way are at the bound of ${bytesMax} bytes; send it again later`,
      { details: { waitingBytesMax: bytesMax } },
    );
  }
}
