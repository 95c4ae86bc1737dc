// What is known of a run besides its log, as a join: whatever order facts come in, and however
// often, the same is known in the end.

import type { Fragment, RunFacts } from '../domain/fragment.ts';
import {
  billDurationMsOf,
  DEFAULT_QUALIFIER,
  type Invocation,
  RET_CODE_RUNNING,
} from '../domain/invocation.ts';
import { DURATION_MS_MAX, INT32_MAX } from '../domain/record-bounds.ts';
import { TIME_US_MAX } from '../domain/rfc3339.ts';
import { statusCodeOf } from '../domain/status-code.ts';
import { cutText } from './cut-text.ts';
import {
  boundedExtraTextsOf,
  type ExtraTexts,
  extraOf,
  isLargerText,
  joinExtra,
  noExtra,
} from './join-extra.ts';

/** Facts by name; undefined, 0, '' and null are not known. */
export interface KnownFacts {
  readonly qualifier: string;
  /** The earliest start that a source gave. */
  readonly exactStartUs: number | undefined;
  /** The earliest time that anything was said of the run; kept while no start was given. */
  readonly seenUs: number | undefined;
  /** The latest end; kept while start or duration are found with it. */
  readonly endUs: number | undefined;
  /** As given; one that is worked out is not known here. */
  readonly durationUs: number | undefined;
  readonly billDurationMs: number | undefined;
  readonly memUsageBytes: number;
  readonly memoryLimitBytes: number;
  readonly timeLimitMs: number;
  readonly initDurationUs: number | null;
  readonly retCode: number;
  /** As given with `retCode`. */
  readonly statusCode: number | undefined;
  readonly invokeFinished: boolean;
  readonly retMsg: string;
  readonly traceId: string;
  readonly source: string;
  readonly extra: ExtraTexts;
}

const DURATION_US_MAX = DURATION_MS_MAX * 1_000;
const TRACE_ID_BYTES_MAX = 1_024;

export const nothingKnown: KnownFacts = {
  qualifier: DEFAULT_QUALIFIER,
  exactStartUs: undefined,
  seenUs: undefined,
  endUs: undefined,
  durationUs: undefined,
  billDurationMs: undefined,
  memUsageBytes: 0,
  memoryLimitBytes: 0,
  timeLimitMs: 0,
  initDurationUs: null,
  retCode: RET_CODE_RUNNING,
  statusCode: undefined,
  invokeFinished: false,
  retMsg: '',
  traceId: '',
  source: '',
  extra: noExtra,
};

/**
 * @param fragment texts are well-formed
 * @param textBytesMax a longer retMsg is cut
 * @returns what it tells by itself, in numbers that the store takes
 */
export function factsOf(fragment: Fragment, textBytesMax: number): KnownFacts {
  const { facts, stream } = fragment;
  const extra = stream === undefined ? facts.extra : { ...facts.extra, logStream: stream };
  return settled({
    qualifier: facts.qualifier || DEFAULT_QUALIFIER,
    exactStartUs: whole(facts.startTimeUs, TIME_US_MAX - 1),
    seenUs: seenUsOf(fragment),
    endUs: whole(facts.endTimeUs, TIME_US_MAX - 1),
    durationUs: whole(facts.durationUs, DURATION_US_MAX),
    billDurationMs: whole(facts.billDurationMs, DURATION_MS_MAX),
    memUsageBytes: whole(facts.memUsageBytes, Number.MAX_SAFE_INTEGER) ?? 0,
    memoryLimitBytes: whole(facts.memoryLimitBytes, Number.MAX_SAFE_INTEGER) ?? 0,
    timeLimitMs: whole(facts.timeLimitMs, DURATION_MS_MAX) ?? 0,
    initDurationUs: whole(facts.initDurationUs ?? undefined, DURATION_US_MAX) ?? null,
    ...outcomeOf(facts),
    invokeFinished: facts.invokeFinished === true,
    retMsg: cutText(facts.retMsg ?? '', textBytesMax).text,
    traceId: cutText(facts.traceId ?? '', TRACE_ID_BYTES_MAX).text,
    source: fragment.source,
    extra: extra === undefined ? noExtra : boundedExtraTextsOf(extra),
  });
}

/** A run that ended and says no more than that went well. */
function outcomeOf(facts: RunFacts): Pick<KnownFacts, 'retCode' | 'statusCode'> {
  const given = whole(facts.retCode, INT32_MAX, -INT32_MAX) ?? RET_CODE_RUNNING;
  const endedWell = given === RET_CODE_RUNNING && facts.invokeFinished === true;
  return { retCode: endedWell ? 0 : given, statusCode: whole(facts.statusCode, INT32_MAX) };
}

/**
 * @returns what both know together; `known` itself where `told` adds nothing
 */
export function joinFacts(known: KnownFacts, told: KnownFacts): KnownFacts {
  const joined = settled({
    qualifier: qualifierOf(known.qualifier, told.qualifier),
    exactStartUs: least(known.exactStartUs, told.exactStartUs),
    seenUs: least(known.seenUs, told.seenUs),
    endUs: most(known.endUs, told.endUs),
    durationUs: most(known.durationUs, told.durationUs),
    billDurationMs: most(known.billDurationMs, told.billDurationMs),
    memUsageBytes: Math.max(known.memUsageBytes, told.memUsageBytes),
    memoryLimitBytes: Math.max(known.memoryLimitBytes, told.memoryLimitBytes),
    timeLimitMs: Math.max(known.timeLimitMs, told.timeLimitMs),
    initDurationUs:
      most(known.initDurationUs ?? undefined, told.initDurationUs ?? undefined) ?? null,
    ...worseOutcome(known, told),
    invokeFinished: known.invokeFinished || told.invokeFinished,
    retMsg: largerText(known.retMsg, told.retMsg),
    traceId: largerText(known.traceId, told.traceId),
    source: firstText(known.source, told.source),
    extra: joinExtra(known.extra, told.extra),
  });
  const names = Object.keys(joined) as (keyof KnownFacts)[];
  return names.every((name) => joined[name] === known[name]) ? known : joined;
}

/** Leaves out what can change nothing any more, so that it is no news either. */
export function settled(facts: KnownFacts): KnownFacts {
  const hasStart = facts.exactStartUs !== undefined;
  return {
    ...facts,
    seenUs: hasStart ? undefined : facts.seenUs,
    endUs: hasStart && facts.durationUs !== undefined ? undefined : facts.endUs,
  };
}

/** The members of a record that facts decide. */
export type FactMembers = Omit<
  Invocation,
  | 'namespace'
  | 'functionName'
  | 'requestId'
  | 'retryNum'
  | 'log'
  | 'logCutBytes'
  | 'joinState'
  | 'heardTimeMs'
>;

/** @returns the members of the record, with those worked out that nobody gave */
export function membersOf(facts: KnownFacts): FactMembers {
  const { exactStartUs, endUs, statusCode, invokeFinished, retCode } = facts;
  const startTimeUs = exactStartUs ?? guessedStartUs(facts);
  const ended = invokeFinished && endUs !== undefined;
  const workedOutUs = ended ? Math.min(Math.max(endUs - startTimeUs, 0), DURATION_US_MAX) : 0;
  const durationUs = facts.durationUs ?? workedOutUs;
  return {
    qualifier: facts.qualifier,
    startTimeUs,
    durationUs,
    billDurationMs: facts.billDurationMs ?? (invokeFinished ? billDurationMsOf(durationUs) : 0),
    memUsageBytes: facts.memUsageBytes,
    memoryLimitBytes: facts.memoryLimitBytes,
    timeLimitMs: facts.timeLimitMs,
    initDurationUs: facts.initDurationUs,
    retCode,
    statusCode: statusCode ?? statusCodeOf(retCode),
    invokeFinished,
    retMsg: facts.retMsg,
    traceId: facts.traceId,
    source: facts.source,
    extra: extraOf(facts.extra),
  };
}

/** When the run of a fragment began, in microseconds, as far as the fragment alone tells. */
export function startUsOf(fragment: Fragment): number {
  const { startTimeUs, endTimeUs, durationUs } = fragment.facts;
  return (
    whole(startTimeUs, TIME_US_MAX - 1) ??
    guessedStartUs({
      seenUs: seenUsOf(fragment),
      endUs: whole(endTimeUs, TIME_US_MAX - 1),
      durationUs: whole(durationUs, DURATION_US_MAX),
    })
  );
}

function seenUsOf({ timeUs, lines }: Fragment): number {
  return lines.reduce((earliest, line) => Math.min(earliest, line.timeUs), timeUs);
}

type StartHints = Pick<KnownFacts, 'seenUs' | 'endUs' | 'durationUs'>;

function guessedStartUs({ seenUs = 0, endUs, durationUs }: StartHints): number {
  return endUs === undefined || durationUs === undefined
    ? seenUs
    : Math.max(Math.min(seenUs, endUs - durationUs), 0);
}

/** A failure before success, success before a run that goes on; then what says more. */
function worseOutcome(a: KnownFacts, b: KnownFacts): Pick<KnownFacts, 'retCode' | 'statusCode'> {
  const apart =
    rankOf(a) - rankOf(b) || (a.statusCode ?? -1) - (b.statusCode ?? -1) || a.retCode - b.retCode;
  const { retCode, statusCode } = apart >= 0 ? a : b;
  return { retCode, statusCode };
}

function rankOf({ retCode }: KnownFacts): number {
  return retCode === RET_CODE_RUNNING ? 0 : retCode === 0 ? 1 : 2;
}

function qualifierOf(a: string, b: string): string {
  if (a === DEFAULT_QUALIFIER || b === DEFAULT_QUALIFIER) {
    return a === DEFAULT_QUALIFIER ? b : a;
  }
  return largerText(a, b);
}

function largerText(a: string, b: string): string {
  return isLargerText(b, a) ? b : a;
}

/** The one that sorts first and is not empty. */
function firstText(a: string, b: string): string {
  return a === '' || (b !== '' && b < a) ? b : a;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** The nearest whole number in bounds; undefined for what is no number. */
function whole(value: number | undefined, max: number, min = 0): number | undefined {
  return value === undefined || Number.isNaN(value)
    ? undefined
    : Math.min(Math.max(Math.round(value), min), max);
}
