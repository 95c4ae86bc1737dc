// Ways in for what other platforms tell of runs: each source in its own form, on one path.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticateBasic, type BasicAuthOptions } from '../../auth/basic-auth.ts';
import type { Key } from '../../auth/keys.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import type { IngestLimits } from '../../domain/limits.ts';
import type { FragmentService } from '../../ingest/fragment-service.ts';
import { encodeReceipt, type NativeReceipt } from '../../wire/native/encode-receipt.ts';
import { buildSourceOptions, decodeSourceQuery } from '../../wire/source-options.ts';
import { type Source, sources } from '../../wire/sources.ts';
import type { Admission } from '../admission.ts';
import { assertMayWriteEvents, ingestFragments } from '../ingest-fragments.ts';
import { rawQueryOf } from '../raw-query.ts';
import { readUnzippedBody, takeBodiesWhole, unzipped } from '../read-body.ts';

export interface SourceRouteOptions {
  readonly auth: BasicAuthOptions;
  readonly fragmentService: FragmentService;
  readonly limits: IngestLimits;
  readonly admission: Admission;
}

type SourceRequest = FastifyRequest<{ Params: { source: string } }>;

export async function sourceRoutes(
  app: FastifyInstance,
  options: SourceRouteOptions,
): Promise<void> {
  takeBodiesWhole(app, options.limits.bodyBytesMax);
  // Before the body is read: who may not write need not send it.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    writingKeyOf(request, options);
    await options.admission.admit(request, reply);
  };
  app.post<{ Params: { source: string } }>('/api/v1/sources/:source', { onRequest }, (request) =>
    take(request, options),
  );
}

async function take(request: SourceRequest, options: SourceRouteOptions): Promise<NativeReceipt> {
  const { fragmentService, limits } = options;
  const key = writingKeyOf(request, options);
  const name = request.params.source;
  const source = sourceOf(name);
  const given = decodeSourceQuery(Buffer.from(rawQueryOf(request), 'latin1'), source.parameters);
  const body = await readUnzippedBody(request, limits.bodyBytesMax);
  const packed = source.unpack?.(body);
  const bytes = packed === undefined ? body : await unzipped(packed, limits.bodyBytesMax);
  const candidates = source.decode(bytes, buildSourceOptions(given, limits.recordBytesMax));
  return encodeReceipt(await ingestFragments(fragmentService, candidates, { key, source: name }));
}

function writingKeyOf(request: FastifyRequest, { auth }: SourceRouteOptions): Key {
  return assertMayWriteEvents(authenticateBasic(request.headers.authorization, auth));
}

function sourceOf(name: string): Source {
  const source = sources.get(name);
  if (source === undefined) {
    const known = [...sources.keys(), 'firehose'].join(', ');
    throw new AppError('not_found', `there is no source ${shownValue(name)}; known: ${known}`);
  }
  return source;
}
