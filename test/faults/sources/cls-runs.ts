// Runs as SCF writes them into CLS: a line an entry, each with the fields of its run, in any order.
// They come as lines of an export and as the event of a trigger.

import { gzipSync } from 'node:zlib';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { testAuthorization } from '../../support/running-server.ts';
import { below, drawLine, drawUuid, type Parcel, RunSource, type ToldRun } from './run-source.ts';

type ClsEntry = Readonly<Record<string, string>>;

const START_MS = Date.UTC(2026, 2, 1);
const MIB = 2 ** 20;
const MEMORY_MB = 128;

export function clsSource(functionName: string, seed: number): RunSource<ClsEntry> {
  const draw = seededDraw(seed + 1);
  let startMs = START_MS;
  return new RunSource({
    name: functionName,
    seed,
    keepsOrder: false,
    produce: () => {
      startMs += 1 + below(draw, 1_000);
      return produce(functionName, startMs, draw);
    },
    pack: (entries) => packEntries(entries, draw() < 0.5),
  });
}

interface Line {
  readonly isPlatform: boolean;
  readonly hasEnded: boolean;
  readonly message: string;
}

function produce(functionName: string, startMs: number, draw: Draw): ToldRun<ClsEntry> {
  const requestId = drawUuid(draw);
  const retryNum = below(draw, 2);
  const durationMs = 1 + below(draw, 3_000);
  const usedMb = 1 + below(draw, MEMORY_MB);
  const hasFailed = draw() < 0.25;
  const statusCode = hasFailed ? 433 : 200;
  const retMsg = hasFailed ? '{"errorCode":-1}' : `{"done":${below(draw, 100)}}`;
  const own = (kind: string, rest = '') => `${kind} RequestId:${requestId}${rest}`;
  const lines: Line[] = [
    { isPlatform: true, hasEnded: false, message: own('START') },
    ...Array.from({ length: below(draw, 5) }, (_, at) => ({
      ...{ isPlatform: false, hasEnded: false, message: drawLine(draw, at) },
    })),
    {
      ...{ isPlatform: true, hasEnded: true },
      message: hasFailed ? own('ERROR', ` Result:${retMsg}`) : own('Response', ` RetMsg:${retMsg}`),
    },
    { isPlatform: true, hasEnded: true, message: own('END') },
    {
      ...{ isPlatform: true, hasEnded: true },
      message: own(
        'Report',
        ` Duration:${durationMs}ms Memory:${MEMORY_MB}MB MemUsage:${usedMb}MB`,
      ),
    },
  ];
  const entries = lines.map(({ isPlatform, hasEnded, message }, at) => ({
    SCF_Alias: '',
    SCF_Duration: hasEnded ? String(durationMs) : '0',
    SCF_FunctionName: functionName,
    SCF_Level: 'INFO',
    SCF_LogTime: `${startMs + at}${String(at).padStart(3, '0')}215`,
    SCF_MemUsage: hasEnded ? `${usedMb * MIB}.00` : '0.00',
    SCF_Message: message,
    SCF_Namespace: 'default',
    SCF_Qualifier: '3',
    SCF_RequestId: requestId,
    SCF_RetryNum: String(retryNum),
    SCF_StartTime: String(startMs),
    SCF_StatusCode: hasEnded ? String(statusCode) : '202',
    SCF_Type: isPlatform ? 'Platform' : 'Custom',
  }));
  const record = {
    ...{ namespace: 'default', functionName, qualifier: '3', requestId, retryNum },
    startTime: rfc3339(startMs * 1_000),
    duration: durationMs,
    billDuration: Math.ceil(durationMs / 100) * 100,
    memUsage: usedMb * MIB,
    memoryLimit: MEMORY_MB * MIB,
    ...{ retCode: hasFailed ? 1 : 0, statusCode, invokeFinished: 1, retMsg },
    log: lines.map(({ message }) => message).join('\n'),
    traceId: '',
    source: 'cls',
  };
  return { run: { functionName, requestId, record }, pieces: entries };
}

function packEntries(entries: readonly ClsEntry[], isTrigger: boolean): Parcel {
  const records = entries.map((entry) => ({
    timestamp: entry['SCF_LogTime'],
    content: JSON.stringify(entry),
  }));
  const event = JSON.stringify({ topic_id: 't', topic_name: 'scf', records });
  const body = isTrigger
    ? JSON.stringify({ clslogs: { data: gzipSync(event).toString('base64') } })
    : entries.map((entry) => JSON.stringify(entry)).join('\n');
  return {
    path: '/api/v1/sources/cls',
    headers: { authorization: testAuthorization, 'content-type': 'application/json' },
    body: Buffer.from(body),
    answer: 'receipt',
    events: entries.length,
  };
}
