// The body of a request that brings records: as it came, or unzipped.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { AppError, shownValue } from '../domain/errors.ts';

const gunzipAsync = promisify(gunzip);

/**
 * @param request whose body was parsed as a buffer
 * @param bytesMax the most bytes after decompression
 * @throws AppError malformed_request, body_too_large
 */
export async function readPlainBody(request: FastifyRequest, bytesMax: number): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  switch (encoding) {
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

async function unzipped(body: Buffer, bytesMax: number): Promise<Buffer> {
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
    throw new AppError('malformed_request', 'the body is not gzip, as its content-encoding says', {
      cause,
    });
  }
}
