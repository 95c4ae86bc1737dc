// The body of a request that brings records: as it came, or unzipped.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, shownValue } from '../domain/errors.ts';

const gunzipAsync = promisify(gunzip);

/** Makes the bodies of a scope buffers, whatever their label says. */
export function takeBodiesWhole(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, body);
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
