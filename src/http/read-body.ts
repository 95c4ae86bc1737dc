// The body of a request as a whole: as it came, or unzipped.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, shownValue } from '../domain/errors.ts';

const gunzipAsync = promisify(gunzip);

/** What a body that does not say its length gets at first. */
const FIRST_BYTES = 16 * 1024;

/**
 * Makes the bodies of a scope buffers, whatever their label says.
 *
 * @param bytesMax the most bytes of a body
 * @param unsaidBytesMax the same, of one that does not say its length
 */
export function takeBodiesWhole(
  scope: FastifyInstance,
  bytesMax: number,
  unsaidBytesMax = bytesMax,
): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request: FastifyRequest) =>
    collectBody(request, bodyLengthOf(request) === undefined ? unsaidBytesMax : bytesMax),
  );
}

/** @returns bytes; undefined where there is a body that does not say */
export function bodyLengthOf({ headers }: FastifyRequest): number | undefined {
  return headers['transfer-encoding'] === undefined
    ? Number(headers['content-length'] ?? 0)
    : undefined;
}

/** The error of a body that is over its bound, in bytes. */
export function bodyTooLarge(bytesMax: number): AppError {
  return new AppError('body_too_large', `the body is over the bound of ${bytesMax} bytes`, {
    details: { bodyBytesMax: bytesMax },
  });
}

/**
 * Copied together as it comes: kept as pieces, a body that comes byte by byte would take many
 * times its length.
 *
 * @throws AppError malformed_request, body_too_large
 */
export async function collectBody(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const { raw } = request;
  const length = bodyLengthOf(request);
  if (length !== undefined && length > bytesMax) {
    throw bodyTooLarge(bytesMax);
  }
  let body = Buffer.allocUnsafeSlow(length ?? Math.min(FIRST_BYTES, bytesMax));
  let bytes = 0;
  return await new Promise((resolve, reject) => {
    const fail = (error: AppError) => {
      unlisten();
      // Whatever else comes is thrown away.
      raw.resume();
      reject(error);
    };
    const onData = (piece: Buffer) => {
      const needed = bytes + piece.length;
      if (needed > bytesMax) {
        fail(bodyTooLarge(bytesMax));
        return;
      }
      if (needed > body.length) {
        const larger = Buffer.allocUnsafeSlow(
          Math.min(Math.max(body.length * 2, needed), bytesMax),
        );
        body.copy(larger, 0, 0, bytes);
        body = larger;
      }
      piece.copy(body, bytes);
      bytes = needed;
    };
    const onEnd = () => {
      unlisten();
      resolve(body.subarray(0, bytes));
    };
    const onBreak = (cause?: Error) =>
      fail(new AppError('malformed_request', 'the body broke off', { cause }));
    const unlisten = () => {
      raw.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
    };
    raw.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak);
  });
}

/**
 * @param request whose body was parsed as a buffer
 * @param bytesMax the most bytes after decompression
 * @throws AppError malformed_request, body_too_large
 */
export async function readPlainBody(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return await plainBytes(body, request.headers['content-encoding'], bytesMax);
}

/**
 * @param encoding the header content-encoding; undefined where there is none
 * @throws AppError malformed_request, body_too_large
 */
export async function plainBytes(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
): Promise<Buffer> {
  switch ((encoding ?? 'identity').trim().toLowerCase()) {
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return await unzipped(body, bytesMax);
    default:
      throw new AppError(
        'malformed_request',
        `content-encoding ${shownValue(encoding)} is not accepted: gzip and identity are`,
      );
  }
}

/** A file of gzip members that were gzip already has two. */
const GZIP_LAYERS_MAX = 2;

/**
 * The same, and where what came is gzip by its content, such as a file, that is unzipped too.
 *
 * @throws AppError malformed_request, body_too_large
 */
export async function readUnzippedBody(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  let body = await readPlainBody(request, bytesMax);
  for (let layer = 0; layer < GZIP_LAYERS_MAX && isGzip(body); layer += 1) {
    body = await unzipped(body, bytesMax);
  }
  return body;
}

/** By the first bytes. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * @param body gzip, of one member or several
 * @param bytesMax the most bytes after decompression
 * @throws AppError malformed_request, body_too_large
 */
export async function unzipped(body: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: bytesMax });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError(
        'body_too_large',
        `the body is over the bound of ${bytesMax} bytes once decompressed`,
        { cause, details: { bodyBytesMax: bytesMax } },
      );
    }
    throw new AppError(
      'malformed_request',
      'the body is not whole gzip, as its content-encoding or its first bytes say',
      { cause },
    );
  }
}
