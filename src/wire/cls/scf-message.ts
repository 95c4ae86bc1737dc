// What SCF's own lines say of a run: START, Init Report, ERROR, Response, END, Report, and
// Provisioned Report of an instance that is made in advance (vendor document 583/60336, whose
// examples have a space after some colons and none after others).

import type { RunFacts } from '../../domain/fragment.ts';
import { RET_CODE_RUNNING } from '../../domain/invocation.ts';
import { statusCodes } from '../../domain/status-code.ts';
import type { ScfLine } from './scf-line.ts';

/** The vendor's RetCode of a run that was cut off. */
const RET_CODE_INTERRUPTED = 3;
const RET_CODE_FAILED = 1;
/** SCF_StatusCode of a run that goes on. */
const STATUS_RUNNING = 202;
const US_PER_MS = 1_000;
const BYTES_PER_MB = 1024 * 1024;

const KIND =
  /^(START|END|ERROR|Response|Report|Init Report|Provisioned Report|Previsioned Report) RequestId: ?\S{1,256}/;
const RESULT = /^ {0,3}Result: ?/;
const RETURNED = /^ {0,3}RetMsg: ?/;
const FIGURE = /(\w+): ?(\d{1,15}(?:\.\d{1,12})?) ?(ms|MB)/g;

/**
 * @param line of a run, or of an instance that is made in advance
 * @returns what it tells besides its text
 */
export function factsOfScfLine(line: ScfLine): RunFacts {
  const [head = '', kind = ''] = (line.isPlatform ? KIND.exec(line.message) : null) ?? [];
  const rest = line.message.slice(head.length);
  switch (kind) {
    case 'END':
      return { ...figuresOf(line), invokeFinished: true, endTimeUs: line.timeUs };
    case 'ERROR':
      return { ...failed(figuresOf(line)), retMsg: rest.replace(RESULT, '') };
    case 'Response':
      return { ...figuresOf(line), retMsg: rest.replace(RETURNED, '') };
    case 'Report':
      return { ...figuresOf(line), ...reported(rest), invokeFinished: true };
    case 'Init Report':
      return { ...startOf(line), ...initialized(rest) };
    case 'Provisioned Report':
    case 'Previsioned Report':
      return { ...initialized(rest), invokeFinished: true };
    default:
      return figuresOf(line);
  }
}

/** What the fields beside the text say; the same on all lines of a run, or not known yet. */
function figuresOf(line: ScfLine): RunFacts {
  const { durationUs, memUsageBytes, statusCode } = line;
  return {
    ...startOf(line),
    ...(durationUs ? { durationUs } : {}),
    ...(memUsageBytes ? { memUsageBytes } : {}),
    ...outcomeOf(statusCode),
  };
}

function startOf({ startTimeUs }: ScfLine): RunFacts {
  return startTimeUs === undefined ? {} : { startTimeUs };
}

function outcomeOf(statusCode: number | undefined): RunFacts {
  switch (statusCode) {
    case undefined:
    case statusCodes.running:
    case STATUS_RUNNING:
      return {};
    case statusCodes.success:
      return { retCode: 0, statusCode, invokeFinished: true };
    case statusCodes.requestCanceled:
      return { retCode: RET_CODE_INTERRUPTED, statusCode, invokeFinished: true };
    default:
      return { retCode: RET_CODE_FAILED, statusCode, invokeFinished: true };
  }
}

/** The simplified format has the error's line, and its code only in the report that follows. */
function failed(facts: RunFacts): RunFacts {
  const { retCode = RET_CODE_RUNNING } = facts;
  return retCode === RET_CODE_RUNNING || retCode === 0
    ? { ...withoutOutcome(facts), retCode: RET_CODE_FAILED }
    : facts;
}

function withoutOutcome({ retCode: _code, statusCode: _status, ...facts }: RunFacts): RunFacts {
  return facts;
}

/** Durations in ms and memory in MB, which are exact where the fields are rounded. */
function reported(text: string): RunFacts {
  const { Duration, Memory, MemUsage } = figuresIn(text);
  return {
    ...(Duration === undefined ? {} : { durationUs: Math.round(Duration * US_PER_MS) }),
    ...memoryOf(Memory, MemUsage),
  };
}

function initialized(text: string): RunFacts {
  const { InitDuration, Memory, MemUsage } = figuresIn(text);
  return {
    ...(InitDuration === undefined ? {} : { initDurationUs: Math.round(InitDuration * US_PER_MS) }),
    ...memoryOf(Memory, MemUsage),
  };
}

function memoryOf(limitMb: number | undefined, usedMb: number | undefined): RunFacts {
  return {
    ...(limitMb === undefined ? {} : { memoryLimitBytes: Math.round(limitMb * BYTES_PER_MB) }),
    ...(usedMb === undefined ? {} : { memUsageBytes: Math.round(usedMb * BYTES_PER_MB) }),
  };
}

type FigureName = 'Duration' | 'InitDuration' | 'Memory' | 'MemUsage';

function figuresIn(text: string): { readonly [Name in FigureName]?: number } {
  const found = [...text.matchAll(FIGURE)].map(([, name = '', count]) => [name, Number(count)]);
  return Object.fromEntries(found) as { readonly [Name in FigureName]?: number };
}
