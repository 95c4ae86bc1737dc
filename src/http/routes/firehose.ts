// Deliveries of Firehose to an HTTP endpoint: CloudWatch Logs of a subscription. Firehose sends a
// delivery again, under the same id, until it gets an answer in its own form.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticatePlain } from '../../auth/basic-auth.ts';
import type { Key } from '../../auth/keys.ts';
import { AppError } from '../../domain/errors.ts';
import { type CloudwatchPart, decodeCloudwatchParts } from '../../wire/lambda/decode-cloudwatch.ts';
import {
  decodeCommonAttributes,
  decodeFirehose,
  encodeFirehoseAnswer,
  type FirehoseAnswer,
  firehoseParameters,
} from '../../wire/lambda/firehose.ts';
import { buildSourceOptions, decodeSourceQuery } from '../../wire/source-options.ts';
import { assertMayWriteEvents, ingestFragments } from '../ingest-fragments.ts';
import { answerNativeErrors } from '../native-errors.ts';
import { rawQueryOf } from '../raw-query.ts';
import { isGzip, readPlainBody, takeBodiesWhole, unzipped } from '../read-body.ts';
import type { SourceRouteOptions } from './sources.ts';

const ACCESS_KEY = 'X-Amz-Firehose-Access-Key';
const REQUEST_ID = 'X-Amz-Firehose-Request-Id';
const COMMON_ATTRIBUTES = 'X-Amz-Firehose-Common-Attributes';

export async function firehoseRoutes(
  app: FastifyInstance,
  options: SourceRouteOptions,
): Promise<void> {
  const { clock } = options.auth;
  takeBodiesWhole(app, options.limits.bodyBytesMax);
  answerNativeErrors(app, ({ body }, request, reply) => {
    const requestId = headerOf(request, REQUEST_ID) ?? '';
    return spelled(reply, encodeFirehoseAnswer(requestId, clock.now(), body.error.message));
  });
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    writingKeyOf(request, options);
    await options.admission.admit(request, reply);
  };
  app.post('/api/v1/sources/firehose', { onRequest }, async (request, reply) => {
    const requestId = headerOf(request, REQUEST_ID);
    if (requestId === undefined) {
      throw new AppError('malformed_request', `the request has no ${REQUEST_ID}`);
    }
    await take(request, options);
    return spelled(reply, encodeFirehoseAnswer(requestId, clock.now()));
  });
}

async function take(request: FastifyRequest, options: SourceRouteOptions): Promise<void> {
  const { fragmentService, limits } = options;
  const key = writingKeyOf(request, options);
  const given = {
    ...decodeSourceQuery(Buffer.from(rawQueryOf(request), 'latin1'), firehoseParameters),
    ...decodeCommonAttributes(headerOf(request, COMMON_ATTRIBUTES)),
  };
  const body = await readPlainBody(request, limits.bodyBytesMax);
  const parts = await unzippedParts(decodeFirehose(body, limits), limits.bodyBytesMax);
  const candidates = decodeCloudwatchParts(parts, buildSourceOptions(given, limits.recordBytesMax));
  const receipt = await ingestFragments(fragmentService, candidates, { key, source: 'cloudwatch' });
  if (receipt.rejectedCount > 0) {
    // Firehose has no place for it: a delivery is taken or not.
    const { rejectedCount, rejected } = receipt;
    request.log.warn({ rejectedCount, first: rejected[0] }, 'events of a delivery were rejected');
  }
}

/** @param bytesMax of all of them together, decompressed */
async function unzippedParts(
  parts: Iterable<CloudwatchPart>,
  bytesMax: number,
): Promise<CloudwatchPart[]> {
  const plain: CloudwatchPart[] = [];
  let bytes = 0;
  for (const part of parts) {
    const one = Buffer.isBuffer(part) && isGzip(part) ? await unzippedPart(part, bytesMax) : part;
    bytes += Buffer.isBuffer(one) ? one.length : 0;
    if (bytes > bytesMax) {
      throw new AppError(
        'body_too_large',
        `the records are over the bound of ${bytesMax} bytes once decompressed`,
        { details: { bodyBytesMax: bytesMax } },
      );
    }
    plain.push(one);
  }
  return plain;
}

async function unzippedPart(part: Buffer, bytesMax: number): Promise<CloudwatchPart> {
  try {
    return await unzipped(part, bytesMax);
  } catch (error) {
    if (error instanceof AppError && error.code === 'malformed_request') {
      return { unreadable: 'begins like gzip and cannot be unzipped' };
    }
    throw error;
  }
}

function writingKeyOf(request: FastifyRequest, { auth }: SourceRouteOptions): Key {
  return assertMayWriteEvents(authenticatePlain(headerOf(request, ACCESS_KEY), ACCESS_KEY, auth));
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

/** As bytes: Firehose takes the content type only without a charset. */
function spelled(reply: FastifyReply, answer: FirehoseAnswer): Buffer {
  reply.type('application/json');
  return Buffer.from(JSON.stringify(answer));
}
