// The native API: records in (POST) and questions about them (GET).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertMayRead, mayIngest } from '../../auth/keys.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  RANKED_MAX,
} from '../../domain/invocation-query.ts';
import type { IngestLimits } from '../../domain/limits.ts';
import type { IngestService } from '../../ingest/ingest-service.ts';
import type { QueryService } from '../../query/query-service.ts';
import { decodeQuery } from '../../wire/native/decode-query.ts';
import { encodePage, type NativePage } from '../../wire/native/encode-page.ts';
import { encodeReceipt, type NativeReceipt } from '../../wire/native/encode-receipt.ts';
import { continueFrom } from '../../wire/native/page-cursor.ts';
import { scanStream } from '../../wire/native/scan-stream.ts';
import type { Admission } from '../admission.ts';
import { askerOf } from '../asker.ts';
import { authenticate, type NativeAuthOptions } from '../authenticate.ts';
import { bodyPieces, leaveBodiesUnread } from '../body-pieces.ts';
import { assertMarkIsThere } from '../frozen-answers.ts';
import { rawQueryOf } from '../raw-query.ts';

export interface InvocationRouteOptions {
  readonly auth: NativeAuthOptions;
  readonly ingestService: IngestService;
  readonly queryService: QueryService;
  readonly limits: IngestLimits;
  readonly admission: Admission;
}

const PATH = '/api/v1/invocations';

export async function invocationRoutes(
  app: FastifyInstance,
  options: InvocationRouteOptions,
): Promise<void> {
  leaveBodiesUnread(app);
  // Before the body is read: who may not write need not send it.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    authenticate(request, options.auth);
    await options.admission.admit(request, reply);
  };
  app.post(PATH, { onRequest }, (request) => ingest(request, options));
  app.get(PATH, (request, reply) => answer(request, reply, {}, options));
  app.get<{ Params: { requestId: string } }>(`${PATH}/:requestId`, async (request, reply) => {
    const { requestId } = request.params;
    const page = await answer(request, reply, { requestId }, options);
    if (page.total === 0) {
      // Whether it is missing or never was.
      throw new AppError(
        'not_found',
        `there is no invocation of requestId ${shownValue(requestId)}`,
        page.receipt === undefined ? {} : { details: { receipt: page.receipt } },
      );
    }
    return page;
  });
}

async function ingest(
  request: FastifyRequest,
  { auth, ingestService, limits }: InvocationRouteOptions,
): Promise<NativeReceipt> {
  const key = authenticate(request, auth);
  if (key.role === 'read') {
    throw new AppError('unauthorized', 'a key of the role read may not write invocations');
  }
  const pieces = bodyPieces(request, limits.bodyBytesMax);
  const receipt = await ingestService.ingestStream(scanStream(pieces, limits), {
    mayIngest: (namespace) => mayIngest(key, namespace),
  });
  return encodeReceipt(receipt);
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  fromPath: Partial<InvocationQuery>,
  { auth, queryService }: InvocationRouteOptions,
): Promise<NativePage> {
  const key = authenticate(request, auth);
  const {
    cursor,
    rank = false,
    receipt,
    ...asked
  } = decodeQuery(Buffer.from(rawQueryOf(request), 'latin1'));
  const given = { ...asked, ...fromPath };
  const begun = buildInvocationQuery(given);
  const query = cursor === undefined ? begun : continueFrom(cursor, given, begun);
  assertMayRead(key, query.namespace);
  assertCanRank(rank, query);
  // The pages after the first have an old mark, at which it takes reading to count again.
  const withCompleteness = receipt ?? cursor === undefined;
  const wanted = { withNext: true, withRank: rank, withCompleteness };
  const page = await queryService.page(query, askerOf(key, reply), wanted);
  assertMarkIsThere(query, page);
  return encodePage(page, query, auth.clock.now());
}

/** Each rank takes a look at all runs of the function. */
function assertCanRank(rank: boolean, { limit }: InvocationQuery): void {
  if (rank && limit > RANKED_MAX) {
    throw new AppError(
      'invalid_parameter',
      `rank is true: with it, limit is ${RANKED_MAX} at most, and it is ${limit}`,
      { details: { parameter: 'rank' } },
    );
  }
}
