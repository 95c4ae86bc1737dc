// One request over http or https. Not the global fetch, which can be told neither which
// certificate to expect nor how much of an answer to take.

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { AppError } from '../domain/errors.ts';

const HTTPS_PORT = 443;

export interface HttpQuestion {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From here to the end of the answer. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  /**
   * PEM: the server has to show this very certificate, whatever names and dates are in it. Where
   * undefined, the authorities that Node trusts decide.
   */
  readonly certificate?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * @returns the answer, whatever its status; redirections are not followed
 * @throws AppError page_too_large; an error of Node where there is no whole answer
 */
export async function sendRequest(address: string, question: HttpQuestion): Promise<HttpAnswer> {
  const { timeoutMs, answerBytesMax, ...rest } = question;
  const reply = await openReply(address, { ...rest, signal: AbortSignal.timeout(timeoutMs) });
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers,
    text: await textOf(reply, answerBytesMax),
  };
}

/**
 * @param question its signal ends the answer as well
 * @returns an answer whose body is still to come
 * @throws an error of Node where there is none
 */
export async function openReply(
  address: string,
  question: Omit<HttpQuestion, 'timeoutMs' | 'answerBytesMax'> & { readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const url = new URL(address);
  const { method = 'GET', headers = {}, body, signal, certificate } = question;
  const options: RequestOptions = { method, headers, signal };
  const secure = url.protocol === 'https:';
  if (secure && certificate !== undefined) {
    const socket = await connectTo(url, certificate, signal);
    options.createConnection = () => socket;
  }
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const send = secure ? httpsRequest : httpRequest;
    send(url, options, resolve).on('error', reject).end(body);
  });
}

/** Nothing is sent on it yet: a server with another certificate learns no key. */
async function connectTo(url: URL, certificate: string, signal: AbortSignal): Promise<TLSSocket> {
  const expected = new X509Certificate(certificate);
  const { hostname, port } = urlToHttpOptions(url);
  const socket = connect({
    host: hostname ?? '',
    port: Number(port ?? HTTPS_PORT),
    minVersion: 'TLSv1.2',
    // Not by names and authorities but by the comparison below, which is stricter: the handshake
    // has proved that the server holds the key of the certificate that it shows.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal });
    if (socket.getPeerX509Certificate()?.raw.equals(expected.raw) !== true) {
      throw new Error('the server shows another certificate than the expected one');
    }
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** @throws AppError page_too_large */
export async function textOf(reply: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new AppError(
        'page_too_large',
        `the answer is more than ${bytesMax} bytes; ask for a smaller limit`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
