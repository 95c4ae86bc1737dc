// Bodies of sources where no server runs to take them: what the routes of the server do with them.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Settings } from '../config/schema.ts';
import { AppError } from '../domain/errors.ts';
import type { FragmentCandidate } from '../domain/fragment.ts';
import { DEFAULT_NAMESPACE } from '../domain/invocation.ts';
import { decodeLogs } from '../wire/otlp/decode-logs.ts';
import { decodeOtlpLogs, decodeOtlpSpans } from '../wire/otlp/decode-otlp-request.ts';
import { decodeTraces } from '../wire/otlp/decode-traces.ts';
import { buildSourceOptions } from '../wire/source-options.ts';
import { sources } from '../wire/sources.ts';
import type { SourceName, SourceQuery } from './native-client.ts';

const gunzipAsync = promisify(gunzip);

/**
 * @param query what of it the source does not take is left out
 * @throws AppError as the decoder of the source does
 */
export async function decodeEvents(
  name: SourceName,
  body: string,
  query: SourceQuery,
  { recordBytesMax, bodyBytesMax }: Pick<Settings, 'recordBytesMax' | 'bodyBytesMax'>,
): Promise<Iterable<FragmentCandidate>> {
  const bytes = Buffer.from(body);
  const { namespace = DEFAULT_NAMESPACE } = query;
  const otlp = { encoding: 'json', recordBytesMax } as const;
  switch (name) {
    case 'otlp-logs':
      return decodeLogs(decodeOtlpLogs(bytes, otlp), namespace);
    case 'otlp-traces':
      return decodeTraces(decodeOtlpSpans(bytes, otlp), {
        namespace,
        onOtherSpan: () => undefined,
      });
    default:
  }
  const source = sources.get(name);
  if (source === undefined) {
    throw new AppError('not_found', `there is no source ${name}`);
  }
  const packed = source.unpack?.(bytes);
  const plain = packed === undefined ? bytes : await unzipped(packed, bodyBytesMax);
  return source.decode(plain, buildSourceOptions(query, recordBytesMax));
}

async function unzipped(packed: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await gunzipAsync(packed, { maxOutputLength: bytesMax });
  } catch (cause) {
    const message = `what the event holds is no gzip of at most ${bytesMax} bytes`;
    throw new AppError('malformed_request', message, { cause });
  }
}
