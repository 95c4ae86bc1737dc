// Senders that stop half way through a body, of records or of an API call: they keep the connection open, or close it at a moment
// of their own, and come back. Nothing that they sent may ever be stored.

import type { Socket } from 'node:net';
import type { Draw } from '../../../bench/seeded-draw.ts';
import { sendHalf } from '../../support/half-request.ts';
import { testAuthorization, testKey, wait } from '../../support/running-server.ts';

/** The function of whose runs nothing may be there. */
export const HALF_FUNCTION = 'half';

export interface HalfSendersOptions {
  readonly url: string;
  readonly count: number;
  /** What each says its body has; it sends about half of it. */
  readonly bodyBytes: number;
  readonly draw: Draw;
}

interface Target {
  readonly path: string;
  readonly authorization?: string;
  /** The most that is read there. */
  readonly bodyBytesMax?: number;
}

const MIB = 2 ** 20;
/** As a signed call looks; whether it is signed rightly is told from its whole body. */
const tc3Authorization =
  `TC3-HMAC-SHA256 Credential=${testKey.secretId}/2026-01-01/scf/tc3_request, ` +
  `SignedHeaders=content-type;host, Signature=${'0'.repeat(64)}`;

const TARGETS: readonly Target[] = [
  { path: '/api/v1/invocations', authorization: testAuthorization },
  { path: '/v1/logs', authorization: testAuthorization },
  { path: '/', authorization: tc3Authorization },
  { path: '/api/v1/sources/cls', authorization: testAuthorization },
  { path: '/', bodyBytesMax: MIB },
  { path: '/api/v1/sources/cloudwatch', authorization: testAuthorization },
  { path: '/v2/index.php', bodyBytesMax: MIB },
];
const CLOSING_SHARE = 0.3;
const CLOSE_MS_MAX = 5_000;
const COME_BACK_MS = 200;
/** Of API 3.0 and of API 2.0. */
const API_ERROR = /"Error":\{"Code"|^\{"code":[1-9]/m;
const STATUS = /^HTTP\/1\.1 (\d{3})/;

export class HalfSenders {
  /**
   * How often they were cut off or told off, by status; 0 where the connection just ended. APIs
   * that tell off with status 200 are counted under 400.
   */
  readonly endings = new Map<number, number>();
  readonly #options: HalfSendersOptions;
  readonly #sockets = new Set<Socket>();
  readonly #half: Buffer;
  #isStopped = false;
  #senders: Promise<unknown> | undefined;

  constructor(options: HalfSendersOptions) {
    this.#options = options;
    this.#half = halfOf(options.bodyBytes);
  }

  start(): void {
    const { count } = this.#options;
    this.#senders = Promise.all(Array.from({ length: count }, (_, place) => this.#sender(place)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await this.#senders;
  }

  async #sender(place: number): Promise<void> {
    while (!this.#isStopped) {
      await this.#sendHalf(TARGETS[place % TARGETS.length] ?? { path: '/' }, place % 5 === 4);
      await wait(COME_BACK_MS);
    }
  }

  /** Resolves when the connection is gone. */
  async #sendHalf(target: Target, isChunked: boolean): Promise<void> {
    const { url, draw } = this.#options;
    const { path, authorization, bodyBytesMax = Number.POSITIVE_INFINITY } = target;
    const bodyBytes = Math.min(this.#options.bodyBytes, bodyBytesMax);
    const signed = authorization === undefined ? [] : [`authorization: ${authorization}`];
    const socket = sendHalf({
      url,
      path,
      headers: [...signed, 'content-type: application/json'],
      bodyBytes: isChunked ? undefined : bodyBytes,
      half: this.#half.subarray(0, bodyBytes / 2),
    });
    this.#sockets.add(socket);
    let status = 0;
    // Whoever is told off comes back with the same.
    socket.once('data', (piece: Buffer) => {
      const answer = piece.toString('latin1');
      status = API_ERROR.test(answer) ? 400 : Number(STATUS.exec(answer)?.[1]);
      socket.destroy();
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (draw() < CLOSING_SHARE) {
      setTimeout(() => socket.destroy(), draw() * CLOSE_MS_MAX).unref();
    }
    await closed;
    this.#sockets.delete(socket);
    this.endings.set(status, (this.endings.get(status) ?? 0) + 1);
  }
}

/** Whole native records, a line each, and the beginning of one more. */
function halfOf(bodyBytes: number): Buffer {
  const record = {
    ...{ functionName: HALF_FUNCTION, requestId: 'half', startTime: '2026-01-01T00:00:00Z' },
    log: 'x'.repeat(1_000),
  };
  const line = `${JSON.stringify(record)}\n`;
  return Buffer.from(line.repeat(Math.ceil(bodyBytes / 2 / line.length)).slice(0, bodyBytes / 2));
}
