// Senders that stop half way through a body: they keep the connection open, or close it at a moment
// of their own, and come back. Nothing that they sent may ever be stored.

import { connect, type Socket } from 'node:net';
import type { Draw } from '../../../bench/seeded-draw.ts';
import { testAuthorization, wait } from '../../support/running-server.ts';

/** The function of whose runs nothing may be there. */
export const HALF_FUNCTION = 'half';

export interface HalfSendersOptions {
  readonly url: string;
  readonly count: number;
  /** What each says its body has; it sends about half of it. */
  readonly bodyBytes: number;
  readonly draw: Draw;
}

const PATHS = [
  '/api/v1/invocations',
  '/v1/logs',
  '/api/v1/sources/cls',
  '/api/v1/sources/cloudwatch',
];
const CLOSING_SHARE = 0.3;
const CLOSE_MS_MAX = 5_000;
const COME_BACK_MS = 200;
const STATUS = /^HTTP\/1\.1 (\d{3})/;

export class HalfSenders {
  /** How often they were cut off or told off, by status; 0 where the connection just ended. */
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
      await this.#sendHalf(PATHS[place % PATHS.length] ?? '', place % 5 === 4);
      await wait(COME_BACK_MS);
    }
  }

  /** Resolves when the connection is gone. */
  async #sendHalf(path: string, isChunked: boolean): Promise<void> {
    const { url, bodyBytes, draw } = this.#options;
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    this.#sockets.add(socket);
    let status = 0;
    socket.on('error', () => undefined);
    // Whoever is told off comes back with the same.
    socket.once('data', (piece: Buffer) => {
      status = Number(STATUS.exec(piece.toString('latin1'))?.[1]);
      socket.destroy();
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const length = isChunked ? 'transfer-encoding: chunked' : `content-length: ${bodyBytes}`;
    const head = [
      `POST ${path} HTTP/1.1`,
      ...['host: h', `authorization: ${testAuthorization}`, 'content-type: application/json'],
      length,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(isChunked ? `${this.#half.length.toString(16)}\r\n` : '');
    socket.write(this.#half);
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
