// OTLP/HTTP: log records and spans of functions that OpenTelemetry instruments. Statuses, bodies
// and what a sender may send again are those of the OTLP specification.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticateBasic } from '../../auth/basic-auth.ts';
import { mayIngest } from '../../auth/keys.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import type { FragmentCandidate } from '../../domain/fragment.ts';
import { DEFAULT_NAMESPACE } from '../../domain/invocation.ts';
import type { Receipt } from '../../domain/receipt.ts';
import { decodeLogs } from '../../wire/otlp/decode-logs.ts';
import { decodeOtlpLogs, decodeOtlpSpans } from '../../wire/otlp/decode-otlp-request.ts';
import { decodeTraces } from '../../wire/otlp/decode-traces.ts';
import {
  encodeOtlpError,
  encodeOtlpResponse,
  type OtlpRejection,
  type OtlpSignalName,
} from '../../wire/otlp/encode-otlp-response.ts';
import type { OtlpEncoding } from '../../wire/otlp/otlp-schema.ts';
import { checkSourceName, decodeSourceQuery } from '../../wire/source-options.ts';
import { ingestFragments } from '../ingest-fragments.ts';
import { answerNativeErrors } from '../native-errors.ts';
import { rawQueryOf } from '../raw-query.ts';
import { readPlainBody, takeBodiesWhole } from '../read-body.ts';
import type { SourceRouteOptions } from './sources.ts';

const SOURCE = 'otlp';
/** An exporter has a setting for headers, and often none for a query string. */
const NAMESPACE_HEADER = 'x-fnlog-namespace';
const UNSUPPORTED_MEDIA_TYPE = 415;

const mediaTypes = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
} as const satisfies Record<OtlpEncoding, string>;

export async function otlpRoutes(app: FastifyInstance, options: SourceRouteOptions): Promise<void> {
  takeBodiesWhole(app, options.limits.bodyBytesMax);
  answerNativeErrors(app, ({ status, body }, request, reply) => {
    const encoding = encodingOf(request) ?? 'json';
    reply.type(mediaTypes[encoding]);
    return encodeOtlpError({ status, message: body.error.message }, encoding);
  });
  // Before the body is read: who may not write need not send it.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    targetOf(request, options);
    if (encodingOf(request) === undefined) {
      return refuseMediaType(request, reply);
    }
    await options.admission.admit(request, reply);
    return undefined;
  };
  app.post('/v1/logs', { onRequest }, (request, reply) => take('logs', request, reply, options));
  app.post('/v1/traces', { onRequest }, (request, reply) =>
    take('traces', request, reply, options),
  );
}

async function take(
  signal: OtlpSignalName,
  request: FastifyRequest,
  reply: FastifyReply,
  options: SourceRouteOptions,
): Promise<Buffer> {
  const { fragmentService, limits } = options;
  const { key, namespace } = targetOf(request, options);
  const encoding = encodingOf(request) ?? 'json';
  const body = await readPlainBody(request, limits.bodyBytesMax);
  const candidates = candidatesOf(signal, body, {
    encoding,
    recordBytesMax: limits.recordBytesMax,
    namespace,
    log: request.log,
  });
  const rejection = await rejectionOf(
    ingestFragments(fragmentService, candidates, { key, source: SOURCE }),
  );
  reply.type(mediaTypes[encoding]);
  return encodeOtlpResponse(signal, encoding, rejection);
}

/** Who sends, and where to. */
function targetOf(request: FastifyRequest, { auth }: SourceRouteOptions) {
  const key = authenticateBasic(request.headers.authorization, auth);
  const namespace = namespaceOf(request);
  if (!mayIngest(key, namespace)) {
    throw new AppError(
      'unauthorized',
      `this key may not write to the namespace ${shownValue(namespace)}`,
    );
  }
  return { key, namespace };
}

interface CandidateOptions {
  readonly encoding: OtlpEncoding;
  readonly recordBytesMax: number;
  readonly namespace: string;
  readonly log: FastifyRequest['log'];
}

function* candidatesOf(
  signal: OtlpSignalName,
  body: Buffer,
  options: CandidateOptions,
): Generator<FragmentCandidate> {
  const { namespace, log } = options;
  if (signal === 'logs') {
    yield* decodeLogs(decodeOtlpLogs(body, options), namespace);
    return;
  }
  let otherSpans = 0;
  yield* decodeTraces(decodeOtlpSpans(body, options), {
    namespace,
    onOtherSpan: () => {
      otherSpans += 1;
    },
  });
  log.debug({ otherSpans }, 'spans that are no runs were passed over');
}

/** What was not taken, also where that is all. */
async function rejectionOf(taken: Promise<Receipt>): Promise<OtlpRejection | undefined> {
  try {
    const { rejectedCount, rejected } = await taken;
    const [first] = rejected;
    const why = first && `${first.field} ${first.reason}`.trim();
    return first && { count: rejectedCount, message: `event ${first.line}: ${why}` };
  } catch (error) {
    if (error instanceof AppError && error.code === 'all_rejected') {
      return { count: Number(error.details['rejectedCount']), message: error.message };
    }
    throw error;
  }
}

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case mediaTypes.protobuf:
      return 'protobuf';
    case mediaTypes.json:
      return 'json';
    default:
      return undefined;
  }
}

/** The query string counts before the header. */
function namespaceOf(request: FastifyRequest): string {
  const query = Buffer.from(rawQueryOf(request), 'latin1');
  const { namespace } = decodeSourceQuery(query, ['namespace']);
  const header = request.headers[NAMESPACE_HEADER];
  if (namespace !== undefined || header === undefined) {
    return namespace ?? DEFAULT_NAMESPACE;
  }
  const text = typeof header === 'string' ? Buffer.from(header, 'latin1').toString('utf8') : header;
  return checkSourceName(NAMESPACE_HEADER, text);
}

function refuseMediaType(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const accepted = Object.values(mediaTypes).join(' and ');
  const message = `content-type ${shownValue(request.headers['content-type'] ?? '')} is not accepted: ${accepted} are`;
  return reply
    .code(UNSUPPORTED_MEDIA_TYPE)
    .type(mediaTypes.json)
    .send(encodeOtlpError({ status: UNSUPPORTED_MEDIA_TYPE, message }, 'json'));
}
