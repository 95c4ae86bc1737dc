// Bounds what the bodies of requests hold in memory, all of them together: those that bring records
// have one instance, those of API calls another. A request that finds no room waits before its body
// is read, so it takes nothing but a connection; who would wait too long is told to come back. Room
// is not kept for a body that does not come while others wait for it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import { BodyRoom, type BodyRoomOptions, type Hold } from './body-room.ts';
import { bodyLengthOf } from './read-body.ts';

export interface AdmissionOptions extends BodyRoomOptions {
  /** A body that says it has no more bytes is let in at once, and not counted; 0 where not given. */
  readonly freeBytesMax?: number;
  /** How often it is looked which bodies go on. */
  readonly watchMs?: number;
}

/** A request whose body has room. */
interface Admitted {
  readonly request: FastifyRequest;
  hold: Hold;
  /** Of the connection, when it was let in. */
  readonly readBefore: number;
  /** The same, when it was looked at last. */
  readSoFar: number;
  /** How often in a row next to nothing had come. */
  stillFor: number;
}

/** Of a body whose length is not known before it has come. */
export const UNKNOWN_BYTES = 1024 * 1024;
/** How much larger a compressed body becomes: a guess, since only reading it tells. */
const GZIP_FACTOR = 6;
const WATCH_MS_DEFAULT = 250;
/**
 * Looks in a row: three seconds. Not timed, so that senders have their time even where the program
 * itself was held up.
 */
const STILL_MAX = 12;
/** Whoever comes back with the same all the time does not fill the log. */
const TELL_MS_MIN = 10_000;
/** So little between two looks is nothing. */
const PROGRESS_BYTES_MIN = 1024;

export class Admission {
  readonly #room: BodyRoom;
  readonly #options: AdmissionOptions;
  /** In the order of their admission. */
  readonly #admitted = new Set<Admitted>();
  #timer: NodeJS.Timeout | undefined;
  #cutSinceTold = 0;
  #tellAgainAt = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#room = new BodyRoom(options);
  }

  /** Bytes of bodies that were let in and are not done. */
  get bytes(): number {
    return this.#room.bytes;
  }

  /** Whether the body is one that has to be let in. */
  needsRoom(request: FastifyRequest): boolean {
    return expectedBytes(request) > (this.#options.freeBytesMax ?? 0);
  }

  /**
   * To be called before the body is read. The room is given back when the reply is out, or the
   * connection is gone.
   *
   * @throws AppError overloaded
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.needsRoom(request)) {
      return;
    }
    const hold = this.#room.holdOf(expectedBytes(request));
    const gone = new AbortController();
    let admitted: Admitted | undefined;
    reply.raw.once('close', () => {
      gone.abort(new AppError('malformed_request', 'the connection was closed'));
      if (admitted !== undefined) {
        this.#admitted.delete(admitted);
        this.#room.give(admitted.hold);
        this.#watch();
      }
    });
    await this.#room.take(hold, gone.signal);
    if (gone.signal.aborted) {
      this.#room.give(hold);
      throw gone.signal.reason;
    }
    const { bytesRead } = request.raw.socket;
    admitted = { request, hold, readBefore: bytesRead, readSoFar: bytesRead, stillFor: 0 };
    this.#admitted.add(admitted);
    this.#watch();
  }

  /** Looks at the bodies for as long as there are any. */
  #watch(): void {
    if (this.#admitted.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const { watchMs = WATCH_MS_DEFAULT } = this.#options;
    this.#timer ??= setInterval(() => this.#look(), watchMs).unref();
  }

  #look(): void {
    const coming = [...this.#admitted].filter(({ request }) => !request.raw.complete);
    for (const admitted of coming) {
      this.#noteProgress(admitted);
    }
    this.#cutStill(coming);
    this.#cutOverflowing(coming);
  }

  #noteProgress(admitted: Admitted): void {
    const { request, readBefore, readSoFar } = admitted;
    const { bytesRead } = request.raw.socket;
    // What has come and was not read yet is not for the sender to answer for.
    const hasCome = bytesRead - readSoFar >= PROGRESS_BYTES_MIN || request.raw.readableLength > 0;
    admitted.readSoFar = bytesRead;
    admitted.stillFor = hasCome ? 0 : admitted.stillFor + 1;
    const next = this.#room.holdOf((bytesRead - readBefore) * factorOf(request));
    if (next.bytes > admitted.hold.bytes && bodyLengthOf(request) === undefined) {
      this.#room.exchange(admitted.hold, next);
      admitted.hold = next;
    }
  }

  /** As long as nobody waits, a body may take as long as the server's own bound allows. */
  #cutStill(coming: readonly Admitted[]): void {
    if (!this.#room.hasWaiting) {
      return;
    }
    for (const { request } of coming.filter(({ stillFor }) => stillFor >= STILL_MAX)) {
      this.#cut(request, 'bodies that did not go on were cut off: others wait for their room');
    }
  }

  /** Bodies that do not say their length may become more than there is room for: the newest go. */
  #cutOverflowing(coming: readonly Admitted[]): void {
    let over = this.#room.overflow;
    for (const { request, hold } of [...coming].reverse()) {
      if (over <= 0) {
        return;
      }
      if (bodyLengthOf(request) === undefined) {
        over -= hold.bytes;
        this.#cut(request, 'bodies that did not say their length were cut off: there is no room');
      }
    }
  }

  /** The sender sees its connection break, as when the server is gone, and sends again. */
  #cut(request: FastifyRequest, why: string): void {
    this.#cutSinceTold += 1;
    if (performance.now() >= this.#tellAgainAt) {
      const path = request.url.split('?', 1)[0];
      request.log.warn({ bodies: this.#cutSinceTold, path }, why);
      this.#cutSinceTold = 0;
      this.#tellAgainAt = performance.now() + TELL_MS_MIN;
    }
    request.raw.destroy();
  }
}

function expectedBytes(request: FastifyRequest): number {
  const length = bodyLengthOf(request);
  return length === undefined ? UNKNOWN_BYTES : length * factorOf(request);
}

function factorOf({ headers }: FastifyRequest): number {
  return (headers['content-encoding'] ?? 'identity') === 'identity' ? 1 : GZIP_FACTOR;
}
