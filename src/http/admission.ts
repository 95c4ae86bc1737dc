// Bounds what ingest requests hold in memory, all of them together. A request that finds no room
// waits before its body is read, so it takes nothing but a connection; who would wait too long is
// told to come back.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';

export interface AdmissionOptions {
  /** Bodies that are being read, parsed or written, all together. */
  readonly bytesMax: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

interface Waiting {
  readonly bytes: number;
  admit(): void;
}

/** Of a body whose length is not known before it has come. */
const UNKNOWN_BYTES = 1024 * 1024;
/** How much larger a compressed body becomes: a guess, since only reading it tells. */
const GZIP_FACTOR = 6;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Bytes of bodies that were let in and are not done. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * To be called before the body is read. The room is given back when the reply is out, or the
   * connection is gone.
   *
   * @throws AppError overloaded
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const bytes = Math.min(expectedBytes(request), this.#options.bytesMax);
    let isOver = false;
    let isIn = false;
    reply.raw.once('close', () => {
      isOver = true;
      if (isIn) {
        this.#release(bytes);
      }
    });
    await this.#room(bytes);
    if (isOver) {
      this.#release(bytes);
      throw new AppError('malformed_request', 'the connection was closed');
    }
    isIn = true;
  }

  async #room(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#bytes += bytes;
      return;
    }
    const { waitingMax, waitMsMax, bytesMax } = this.#options;
    if (this.#waiting.length >= waitingMax) {
      throw tooMuch(bytesMax);
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(tooMuch(bytesMax));
      }, waitMsMax);
      const waiting: Waiting = {
        bytes,
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(waiting);
    });
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    // In the order of asking: a large one is not passed by small ones for ever.
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#fits(next.bytes)) {
        return;
      }
      this.#waiting.shift();
      this.#bytes += next.bytes;
      next.admit();
    }
  }

  #fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#options.bytesMax;
  }
}

function tooMuch(bytesMax: number): AppError {
  return new AppError(
    'overloaded',
    `the requests under way are at the bound of ${bytesMax} bytes; send it again later`,
    { details: { waitingBytesMax: bytesMax } },
  );
}

function expectedBytes({ headers }: FastifyRequest): number {
  const length = Number(headers['content-length'] ?? UNKNOWN_BYTES);
  const isPlain = (headers['content-encoding'] ?? 'identity') === 'identity';
  return Number.isFinite(length) ? length * (isPlain ? 1 : GZIP_FACTOR) : UNKNOWN_BYTES;
}
