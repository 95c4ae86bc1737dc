// One HTTP/1.1 connection that costs a sender next to nothing: a request is one buffer that was
// made before, an answer is read as far as a receipt needs it. node:http would take many times the
// processor time, and takes it from the server that is measured on the same machine.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  /** Milliseconds; undefined where the server does not say. */
  readonly retryAfterMs: number | undefined;
  readonly text: string;
}

interface Head {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly closes: boolean;
  /** Where the answer is whole, in bytes from its begin. */
  readonly end: number;
  readonly bodyAt: number;
}

const END_OF_HEAD = '\r\n\r\n';

export class HttpConnection {
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | undefined;

  /** @param url http://HOST:PORT */
  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** Connects ahead of the first request. */
  async open(): Promise<void> {
    this.#socket ??= await this.#connect();
  }

  /**
   * @param request head and body
   * @returns after the answer is here and the request is gone
   * @throws Error where the connection breaks or the answer is not understood
   */
  async send(request: Buffer): Promise<HttpAnswer> {
    this.#socket ??= await this.#connect();
    const socket = this.#socket;
    // A refusal may come while the body is still on its way.
    const [{ head, bytes }] = await Promise.all([readAnswer(socket), write(socket, request)]);
    if (head.closes || socket.destroyed) {
      this.close();
    }
    const { status, retryAfterMs, bodyAt } = head;
    return { status, retryAfterMs, text: bytes.toString('utf8', bodyAt) };
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connect(): Promise<Socket> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  }
}

function write(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(request, (error) => (error ? reject(error) : resolve()));
  });
}

function readAnswer(socket: Socket): Promise<{ head: Head; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer | undefined;
    let head: Head | undefined;
    const done = (settle: () => void) => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk]);
      try {
        head ??= headOf(bytes);
      } catch (error) {
        done(() => reject(error));
        return;
      }
      const found = head;
      const all = bytes;
      if (found !== undefined && all.length >= found.end) {
        done(() => resolve({ head: found, bytes: all }));
      }
    };
    const onError = (error: Error) => done(() => reject(error));
    const onClose = () => onError(new Error('the server closed the connection without an answer'));
    socket.on('data', onData).on('error', onError).on('close', onClose);
  });
}

/** @returns undefined where the head is not whole yet */
function headOf(bytes: Buffer): Head | undefined {
  const headEnd = bytes.indexOf(END_OF_HEAD);
  if (headEnd === -1) {
    return undefined;
  }
  const text = bytes.toString('latin1', 0, headEnd);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (status === undefined || length === undefined) {
    throw new Error(`not an answer with a known length: ${text.slice(0, 300)}`);
  }
  const bodyAt = headEnd + END_OF_HEAD.length;
  const retryAfter = /\r\nretry-after: *(\d+)/i.exec(text)?.[1];
  return {
    status: Number(status),
    retryAfterMs: retryAfter === undefined ? undefined : Number(retryAfter) * 1000,
    closes: /\r\nconnection: *close/i.test(text),
    bodyAt,
    end: bodyAt + Number(length),
  };
}
