// Whole records for the native API: finished ones, and starts whose ends come before or after them.

import { gzipSync } from 'node:zlib';
import { seededDraw } from '../../../bench/seeded-draw.ts';
import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { testAuthorization } from '../../support/running-server.ts';
import { below, drawHex, drawLine, type Parcel, RunSource, type ToldRun } from './run-source.ts';

type NativeRecord = Readonly<Record<string, unknown>> & {
  readonly functionName: string;
  readonly requestId: string;
};

const START_US = Date.UTC(2026, 0, 1) * 1_000;

/** Makes runs; the file that is followed holds such records too. */
export class NativeRuns {
  readonly #functionName: string;
  readonly #draw: ReturnType<typeof seededDraw>;
  #made = 0;
  #startUs = START_US;

  constructor(functionName: string, seed: number) {
    this.#functionName = functionName;
    this.#draw = seededDraw(seed);
  }

  /** @returns a run and its records, of which the last one is what counts in the end */
  next(): ToldRun<NativeRecord> {
    const draw = this.#draw;
    this.#made += 1;
    this.#startUs += 1 + below(draw, 2_000_000);
    const start = {
      namespace: 'default',
      functionName: this.#functionName,
      qualifier: draw() < 0.5 ? '$LATEST' : '7',
      requestId: `${this.#functionName}-${this.#made}-${drawHex(draw, 6)}`,
      retryNum: below(draw, 2),
      startTime: rfc3339(this.#startUs),
      memoryLimit: 256 * 2 ** 20,
      traceId: drawHex(draw, 32),
      source: 'fault-test',
      round: this.#made % 7,
    };
    const running = {
      ...start,
      ...{ duration: 0, billDuration: 0, memUsage: 0, retCode: 2, statusCode: 0 },
      ...{ invokeFinished: 0, retMsg: '', log: drawLine(draw, 0) },
    };
    const hasFailed = draw() < 0.2;
    const finished = {
      ...start,
      duration: below(draw, 5_000_000) / 1_000,
      billDuration: 100 * below(draw, 50),
      memUsage: below(draw, 2 ** 28),
      retCode: hasFailed ? 1 : 0,
      statusCode: hasFailed ? 433 : 200,
      invokeFinished: 1,
      retMsg: hasFailed ? 'timed out' : '"done"',
      log: Array.from({ length: below(draw, 5) }, (_, at) => drawLine(draw, at)).join('\n'),
    };
    const { functionName, requestId } = start;
    return {
      run: { functionName, requestId, record: finished },
      pieces: draw() < 0.4 ? [running, finished] : [finished],
    };
  }
}

export function nativeSource(functionName: string, seed: number): RunSource<NativeRecord> {
  const draw = seededDraw(seed + 1);
  const runs = new NativeRuns(functionName, seed);
  return new RunSource({
    name: functionName,
    seed,
    keepsOrder: false,
    produce: () => runs.next(),
    pack: (records) => packRecords(records, draw() < 0.5),
  });
}

function packRecords(records: readonly object[], isZipped: boolean): Parcel {
  const plain = Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'));
  return {
    path: '/api/v1/invocations',
    headers: {
      authorization: testAuthorization,
      'content-type': 'application/x-ndjson',
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: isZipped ? gzipSync(plain) : plain,
    answer: 'receipt',
    events: records.length,
  };
}
