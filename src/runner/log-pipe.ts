// Reads all that a worker process writes and gives each run its own part of it. The worker writes
// a token that nobody can guess before and after a run; what comes between runs belongs to none.

import type { Readable } from 'node:stream';
import type { RunLog } from './run-log.ts';

interface Capture {
  readonly token: Buffer;
  readonly into: RunLog;
  readonly state: { begun: boolean };
  readonly ended: () => void;
}

export interface CaptureOptions {
  /** What the worker writes at the start and at the end of the part. */
  readonly token: string;
  readonly into: RunLog;
  /** True: all that was written so far belongs to it too, and no first token comes. */
  readonly begun: boolean;
}

export interface LogPart {
  /** Resolves when the last token has come, or nothing can come any more. */
  readonly whole: Promise<void>;
  /** Whether the first token has come: the worker has taken up its request. */
  hasBegun(): boolean;
}

export class LogPipe {
  readonly #stream: Readable;
  /** The last bytes, while they may be the beginning of a token. */
  #held = Buffer.alloc(0);
  #capture: Capture | undefined;
  #isClosed = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('error', () => this.#close());
    stream.on('close', () => this.#close());
  }

  /** Begins a part. Not to be called before the last one is whole. */
  capture({ token, into, begun }: CaptureOptions): LogPart {
    const state = { begun };
    const whole = new Promise<void>((ended) => {
      if (this.#isClosed) {
        ended();
      } else {
        this.#capture = { token: Buffer.from(token), into, state, ended };
      }
    });
    return { whole, hasBegun: () => state.begun };
  }

  /** Stops reading, though somebody may still hold the other end. */
  destroy(): void {
    this.#stream.destroy();
  }

  #take(chunk: Buffer): void {
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    for (;;) {
      const capture = this.#capture;
      if (capture === undefined) {
        return;
      }
      const at = bytes.indexOf(capture.token);
      if (at === -1) {
        this.#keep(capture, bytes);
        return;
      }
      const before = bytes.subarray(0, at);
      bytes = bytes.subarray(at + capture.token.length);
      if (capture.state.begun) {
        capture.into.append(before);
        this.#end();
      } else {
        capture.state.begun = true;
      }
    }
  }

  /** Takes what cannot be a part of the token, and holds the rest until more has come. */
  #keep(capture: Capture, bytes: Buffer): void {
    const heldFrom = Math.max(0, bytes.length - capture.token.length + 1);
    if (capture.state.begun) {
      capture.into.append(bytes.subarray(0, heldFrom));
    }
    // Copied, so that a few held bytes do not keep a whole chunk in memory.
    this.#held = Buffer.from(bytes.subarray(heldFrom));
  }

  #close(): void {
    this.#isClosed = true;
    if (this.#capture?.state.begun === true) {
      this.#capture.into.append(this.#held);
    }
    this.#end();
  }

  #end(): void {
    const capture = this.#capture;
    this.#capture = undefined;
    this.#held = Buffer.alloc(0);
    capture?.ended();
  }
}
