// Runs as a subscription of CloudWatch Logs delivers them: payloads of single log streams as gzip,
// by themselves or many in a delivery of Firehose.

import { gzipSync } from 'node:zlib';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { testAuthorization } from '../../support/running-server.ts';
import { type LambdaRun, LambdaSandbox, lambdaFunction, lambdaRecord } from './lambda-runs.ts';
import { below, drawHex, drawUuid, type Parcel, RunSource, type ToldRun } from './run-source.ts';

interface StreamEvent {
  readonly logStream: string;
  readonly event: { readonly id: string; readonly timestamp: number; readonly message: string };
}

const START_MS = Date.UTC(2026, 4, 1);
const EVENT_ID_DIGITS = 56;

/** @param streams how many sandboxes log at the same time */
export function cloudwatchSource(
  functionName: string,
  seed: number,
  { streams, isFirehose }: { readonly streams: number; readonly isFirehose: boolean },
): RunSource<StreamEvent> {
  const draw = seededDraw(seed + 1);
  const sandboxes = Array.from({ length: streams }, () => ({
    logStream: `2026/05/01/[$LATEST]${drawHex(draw, 32)}`,
    sandbox: new LambdaSandbox(draw, START_MS + below(draw, 5_000)),
  }));
  const logGroup = `/aws/lambda/${functionName}`;
  let told = 0;
  let events = 0;
  return new RunSource({
    name: functionName,
    seed,
    keepsOrder: true,
    produce: () => {
      told += 1;
      const { logStream, sandbox } = sandboxes[told % streams] ?? sandboxes[0] ?? noSandbox();
      const run = sandbox.next();
      const messages = messagesOf(run);
      const firstId = events;
      events += messages.length;
      return toldRun(run, messages, { functionName, logGroup, logStream, firstId });
    },
    pack: (pieces) => (isFirehose ? packDelivery : packPayload)(pieces, logGroup, draw),
  });
}

interface Message {
  readonly timeMs: number;
  readonly text: string;
}

function messagesOf(run: LambdaRun): readonly Message[] {
  const { requestId, durationMs, billedMs, usedMb, lines, startMs, endMs } = run;
  const { version, memoryMb } = lambdaFunction;
  const figures = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${usedMb} MB`,
    ...(run.hasTimedOut ? ['Status: timeout'] : []),
  ];
  return [
    { timeMs: startMs, text: `START RequestId: ${requestId} Version: ${version}` },
    ...lines,
    { timeMs: endMs, text: `END RequestId: ${requestId}` },
    { timeMs: endMs, text: figures.join('\t') },
  ];
}

function toldRun(
  run: LambdaRun,
  messages: readonly Message[],
  place: { functionName: string; logGroup: string; logStream: string; firstId: number },
): ToldRun<StreamEvent> {
  const { functionName, logGroup, logStream, firstId } = place;
  const record = lambdaRecord(run, {
    ...{ logGroup, logStream, functionName, source: 'cloudwatch' },
    log: messages.map(({ text }) => text).join('\n'),
  });
  const pieces = messages.map(({ timeMs, text }, at) => ({
    logStream,
    event: {
      id: `39${String(firstId + at).padStart(EVENT_ID_DIGITS - 2, '0')}`,
      timestamp: timeMs,
      message: `${text}\n`,
    },
  }));
  return { run: { functionName, requestId: run.requestId, record: { ...record } }, pieces };
}

/** Payloads of their streams, in the order of the pieces. */
function payloadsOf(pieces: readonly StreamEvent[], logGroup: string): Buffer[] {
  const byStream = new Map<string, StreamEvent['event'][]>();
  for (const { logStream, event } of pieces) {
    byStream.set(logStream, [...(byStream.get(logStream) ?? []), event]);
  }
  return [...byStream].map(([logStream, logEvents]) =>
    gzipSync(
      JSON.stringify({
        ...{ messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup, logStream },
        ...{ subscriptionFilters: ['fnlog'], logEvents },
      }),
    ),
  );
}

/** As a Lambda function passes it on: gzip, or gzip in base64 in JSON. */
function packPayload(pieces: readonly StreamEvent[], logGroup: string, draw: Draw): Parcel {
  const [payload = Buffer.alloc(0)] = payloadsOf(pieces, logGroup);
  const envelope = { awslogs: { data: payload.toString('base64') } };
  return {
    path: '/api/v1/sources/cloudwatch',
    headers: { authorization: testAuthorization, 'content-type': 'application/json' },
    body: draw() < 0.5 ? payload : Buffer.from(JSON.stringify(envelope)),
    answer: 'receipt',
    events: pieces.length,
  };
}

function packDelivery(pieces: readonly StreamEvent[], logGroup: string, draw: Draw): Parcel {
  const requestId = drawUuid(draw);
  const records = payloadsOf(pieces, logGroup).map((payload) => ({
    data: payload.toString('base64'),
  }));
  const key = Buffer.from(testAuthorization.slice('Basic '.length), 'base64').toString();
  return {
    path: '/api/v1/sources/firehose',
    headers: {
      'content-type': 'application/json',
      'x-amz-firehose-access-key': key,
      'x-amz-firehose-request-id': requestId,
    },
    body: Buffer.from(JSON.stringify({ requestId, timestamp: START_MS, records })),
    answer: 'firehose',
    events: pieces.length,
  };
}

function noSandbox(): never {
  throw new Error('a source of CloudWatch needs a stream');
}
