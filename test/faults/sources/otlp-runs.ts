// Runs as an OpenTelemetry SDK exports them: a span of the run and log records, each in its own
// requests, in JSON and in protobuf.

import { gzipSync } from 'node:zlib';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { otlpProtobuf } from '../../support/otlp-protobuf.ts';
import { testAuthorization } from '../../support/running-server.ts';
import { below, drawHex, drawLine, type Parcel, RunSource, type ToldRun } from './run-source.ts';

type Signal = 'logs' | 'traces';

interface OtlpPiece {
  readonly signal: Signal;
  /** A span or a log record in OTLP's JSON form. */
  readonly item: object;
}

interface Line {
  readonly timeUs: number;
  readonly text: string;
}

const START_US = Date.UTC(2026, 1, 1) * 1_000;
const FAAS_VERSION = '42';
const MEMORY_BYTES = 512 * 2 ** 20;
const SERVER = 2;
const STATUS_ERROR = 2;
const INFO = 9;

export function otlpSource(functionName: string, seed: number): RunSource<OtlpPiece> {
  const draw = seededDraw(seed + 1);
  let startUs = START_US;
  return new RunSource({
    name: functionName,
    seed,
    keepsOrder: false,
    produce: () => {
      startUs += 1 + below(draw, 1_000_000);
      return produce(functionName, startUs, draw);
    },
    kindOf: ({ signal }) => signal,
    pack: (pieces) => packPieces(pieces, functionName, draw),
  });
}

function produce(functionName: string, startUs: number, draw: Draw): ToldRun<OtlpPiece> {
  const requestId = `run-${drawHex(draw, 20)}`;
  const traceId = drawHex(draw, 32);
  const durationUs = below(draw, 3_000_000);
  const hasFailed = draw() < 0.25;
  const lines = drawLines(startUs, draw);
  const span = {
    traceId,
    spanId: drawHex(draw, 16),
    name: `${functionName} handler`,
    kind: SERVER,
    startTimeUnixNano: `${startUs}000`,
    endTimeUnixNano: `${startUs + durationUs}000`,
    attributes: [
      text('faas.invocation_id', requestId),
      text('faas.trigger', 'pubsub'),
      ...(hasFailed ? [text('error.type', 'TimeoutError')] : []),
    ],
    status: hasFailed ? { code: STATUS_ERROR, message: 'over its time' } : {},
  };
  // Either all lines have ids of their own or none has, as an SDK is set up or not.
  const hasIds = draw() < 0.5;
  const records = lines.map(({ timeUs, text: body }, at) => ({
    timeUnixNano: `${timeUs}000`,
    severityNumber: INFO,
    body: { stringValue: body },
    attributes: [
      text('faas.invocation_id', requestId),
      ...(hasIds ? [text('log.record.uid', String(100 + at))] : []),
    ],
  }));
  const record = {
    ...(hasFailed ? { errorType: 'TimeoutError' } : {}),
    otel: { spanName: span.name, trigger: 'pubsub' },
    namespace: 'default',
    functionName,
    qualifier: FAAS_VERSION,
    requestId,
    retryNum: 0,
    startTime: rfc3339(startUs),
    duration: durationUs / 1_000,
    billDuration: Math.ceil(durationUs / 100_000) * 100,
    memUsage: 0,
    memoryLimit: MEMORY_BYTES,
    retCode: hasFailed ? 1 : 0,
    statusCode: hasFailed ? 433 : 200,
    invokeFinished: 1,
    retMsg: hasFailed ? 'over its time' : '',
    log: lines.map((line) => `INFO ${line.text}`).join('\n'),
    traceId,
    source: 'otlp',
  };
  return {
    run: { functionName, requestId, record },
    pieces: [
      { signal: 'traces', item: span },
      ...records.map((item) => ({ signal: 'logs' as const, item })),
    ],
  };
}

function drawLines(startUs: number, draw: Draw): Line[] {
  let timeUs = startUs;
  return Array.from({ length: below(draw, 6) }, (_, at) => {
    timeUs += 1 + below(draw, 100_000);
    return { timeUs, text: drawLine(draw, at) };
  });
}

function packPieces(pieces: readonly OtlpPiece[], functionName: string, draw: Draw): Parcel {
  const signal = pieces[0]?.signal ?? 'logs';
  const items = pieces.map(({ item }) => item);
  const resource = {
    attributes: [
      text('faas.name', functionName),
      text('faas.version', FAAS_VERSION),
      { key: 'faas.max_memory', value: { intValue: String(MEMORY_BYTES) } },
    ],
  };
  const scope = { name: 'fault-test' };
  const request =
    signal === 'logs'
      ? { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: items }] }] }
      : { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: items }] }] };
  const isProtobuf = draw() < 0.5;
  const plain = isProtobuf ? otlpProtobuf(signal, request) : Buffer.from(JSON.stringify(request));
  const isZipped = draw() < 0.5;
  return {
    path: `/v1/${signal}`,
    headers: {
      authorization: testAuthorization,
      'content-type': isProtobuf ? 'application/x-protobuf' : 'application/json',
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: isZipped ? gzipSync(plain) : plain,
    answer: 'otlp',
    events: items.length,
  };
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}
