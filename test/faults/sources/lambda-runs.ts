// Runs as a Lambda sandbox tells of them, one run after the other: batches of the Telemetry API.
// Lines do not name their run.

import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { testAuthorization } from '../../support/running-server.ts';
import { below, drawHex, drawLine, drawUuid, RunSource, type ToldRun } from './run-source.ts';

interface TelemetryEvent {
  readonly time: string;
  readonly type: string;
  readonly record: unknown;
}

const START_MS = Date.UTC(2026, 3, 1);
const MIB = 2 ** 20;
const VERSION = '12';
const MEMORY_MB = 512;

/** The figures of a run on Lambda. */
export interface LambdaRun {
  readonly requestId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly usedMb: number;
  readonly hasTimedOut: boolean;
  readonly lines: readonly { readonly timeMs: number; readonly text: string }[];
}

/** A sandbox: its runs do not overlap. */
export class LambdaSandbox {
  readonly #draw: Draw;
  #timeMs: number;

  constructor(draw: Draw, startMs: number) {
    this.#draw = draw;
    this.#timeMs = startMs;
  }

  next(): LambdaRun {
    const draw = this.#draw;
    this.#timeMs += 1 + below(draw, 2_000);
    const startMs = this.#timeMs;
    const lines = Array.from({ length: below(draw, 6) }, (_, at) => {
      this.#timeMs += 1 + below(draw, 20);
      return { timeMs: this.#timeMs, text: drawLine(draw, at) };
    });
    this.#timeMs += 1;
    const durationMs = ((this.#timeMs - startMs) * 100 + below(draw, 100)) / 100;
    return {
      requestId: drawUuid(draw),
      ...{ startMs, endMs: this.#timeMs, durationMs, billedMs: Math.ceil(durationMs), lines },
      usedMb: 40 + below(draw, 400),
      hasTimedOut: draw() < 0.2,
    };
  }
}

/** @param rest what the source adds, and the log */
export function lambdaRecord(run: LambdaRun, rest: Readonly<Record<string, unknown>>): object {
  return {
    namespace: 'default',
    qualifier: VERSION,
    requestId: run.requestId,
    retryNum: 0,
    startTime: rfc3339(run.startMs * 1_000),
    duration: run.durationMs,
    billDuration: run.billedMs,
    memUsage: run.usedMb * MIB,
    memoryLimit: MEMORY_MB * MIB,
    retCode: run.hasTimedOut ? 1 : 0,
    statusCode: run.hasTimedOut ? 433 : 200,
    invokeFinished: 1,
    retMsg: run.hasTimedOut ? 'Task timed out' : '',
    traceId: '',
    ...rest,
  };
}

export const lambdaFunction = { version: VERSION, memoryMb: MEMORY_MB } as const;

/** One sandbox. */
export function telemetrySource(functionName: string, seed: number): RunSource<TelemetryEvent> {
  const draw = seededDraw(seed + 1);
  const stream = `sandbox-${drawHex(draw, 12)}`;
  const sandbox = new LambdaSandbox(draw, START_MS + below(draw, 1_000));
  const query = new URLSearchParams({ functionName, stream });
  return new RunSource({
    name: functionName,
    seed,
    keepsOrder: true,
    produce: () => produce(sandbox.next(), functionName, stream),
    pack: (events) => ({
      path: `/api/v1/sources/lambda-telemetry?${query}`,
      headers: { authorization: testAuthorization, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(events)),
      answer: 'receipt',
      events: events.length,
    }),
  });
}

function produce(run: LambdaRun, functionName: string, stream: string): ToldRun<TelemetryEvent> {
  const { requestId, hasTimedOut, durationMs, billedMs: billedDurationMs, usedMb } = run;
  const status = hasTimedOut ? 'timeout' : 'success';
  const event = (timeMs: number, type: string, record: unknown): TelemetryEvent => ({
    ...{ time: new Date(timeMs).toISOString(), type, record },
  });
  const pieces = [
    event(run.startMs, 'platform.start', { requestId, version: VERSION }),
    ...run.lines.map(({ timeMs, text }) => event(timeMs, 'function', `${text}\n`)),
    event(run.endMs, 'platform.runtimeDone', { requestId, status, metrics: { producedBytes: 7 } }),
    event(run.endMs, 'platform.report', {
      ...{ requestId, status },
      metrics: {
        ...{ durationMs, billedDurationMs, maxMemoryUsedMB: usedMb, memorySizeMB: MEMORY_MB },
      },
    }),
  ];
  const record = lambdaRecord(run, {
    ...{ logStream: stream, producedBytes: 7, functionName, source: 'lambda-telemetry' },
    log: run.lines.map(({ text }) => text).join('\n'),
  });
  return { run: { functionName, requestId, record: { ...record } }, pieces };
}
