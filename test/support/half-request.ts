// A POST that stops half way through its body, on a socket of its own.

import { connect, type Socket } from 'node:net';

export interface HalfRequest {
  readonly url: string;
  readonly path: string;
  /** Lines, such as `authorization: …`. */
  readonly headers: readonly string[];
  /** What it says its body has; undefined for a chunked one. */
  readonly bodyBytes?: number | undefined;
  /** What it sends of it. */
  readonly half: Buffer;
}

export function sendHalf({ url, path, headers, bodyBytes, half }: HalfRequest): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const isChunked = bodyBytes === undefined;
  const length = isChunked ? 'transfer-encoding: chunked' : `content-length: ${bodyBytes}`;
  const head = [`POST ${path} HTTP/1.1`, 'host: h', ...headers, length];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(isChunked ? `${half.length.toString(16)}\r\n` : '');
  socket.write(half);
  return socket;
}
