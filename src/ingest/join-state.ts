// What a record keeps for the next fragment of its run, as text beside it, and back: which facts
// were given rather than worked out, and for each line of the log its time, size and name.

import type { Invocation } from '../domain/invocation.ts';
import { factsOfWhole } from './fixed-facts.ts';
import { extraTextsOf } from './join-extra.ts';
import type { KnownFacts } from './join-facts.ts';
import { type KnownLine, LINES_TOLD_APART_MAX, logOfWhole, type RunLog } from './join-lines.ts';

export interface KnownRun {
  readonly facts: KnownFacts;
  /** Names of facts that came with a whole record, which no fragment changes. */
  readonly fixed: ReadonlySet<string>;
  readonly log: RunLog;
}

/** Facts that a record has either way. */
const maybeGiven = ['exactStartUs', 'durationUs', 'billDurationMs', 'statusCode'] as const;

/** Of version 1; empty and zero members are left out. */
interface JoinState {
  readonly v: 1;
  readonly given?: readonly string[];
  readonly fixed?: readonly string[];
  readonly seenUs?: number;
  readonly endUs?: number;
  /** The first as it is, each further one as what it is later than the one before. */
  readonly times?: readonly number[];
  /** Of lines in the log, UTF-16 units; of others, bytes. */
  readonly sizes?: readonly number[];
  readonly keys?: readonly string[];
  /** What the last line in the log lacks. */
  readonly lastCutBytes?: number;
  /** As in RunLog. */
  readonly shownCount?: number;
  readonly lostBytes?: number;
  readonly lostUs?: number;
}

/** @returns text for Invocation.joinState */
export function encodeJoinState({ facts, fixed, log }: KnownRun): string {
  const { lines, shownCount, lostBytes, lostUs } = log;
  const given = maybeGiven.filter((name) => facts[name] !== undefined);
  const last = lines[shownCount - 1];
  const state: JoinState = {
    v: 1,
    ...(given.length > 0 && { given }),
    ...(fixed.size > 0 && { fixed: [...fixed].sort() }),
    ...(facts.seenUs !== undefined && { seenUs: facts.seenUs }),
    ...(facts.endUs !== undefined && { endUs: facts.endUs }),
    ...(lines.length > 0 && {
      times: lines.map(({ timeUs }, at) => timeUs - (lines[at - 1]?.timeUs ?? 0)),
      sizes: lines.map(({ text, bytes }, at) => (at < shownCount ? text.length : bytes)),
      keys: lines.map(({ key }) => key),
      shownCount,
    }),
    ...(last !== undefined &&
      last.bytes > last.textBytes && { lastCutBytes: last.bytes - last.textBytes }),
    ...(lostBytes > 0 && { lostBytes }),
    ...(lostUs !== undefined && { lostUs }),
  };
  return JSON.stringify(state);
}

/**
 * @param stored a record; one without joinState, or with one that is not understood, came whole
 */
export function decodeRun(stored: Invocation): KnownRun {
  return fragmentsRun(stored) ?? wholeRun(stored);
}

/** The latest time that is known of a run, in microseconds: of its end or its last line. */
export function lastUsOf(stored: Invocation): number {
  const { facts, log } = decodeRun(stored);
  const ends = [stored.startTimeUs + stored.durationUs, facts.endUs ?? 0];
  return Math.max(...ends, log.lines.at(-1)?.timeUs ?? 0, log.lostUs ?? 0);
}

function wholeRun(stored: Invocation): KnownRun {
  const log = logOfWhole(stored.log, stored.startTimeUs, stored.logCutBytes);
  return { ...factsOfWhole(stored), log };
}

function fragmentsRun(stored: Invocation): KnownRun | undefined {
  const state = parseState(stored.joinState ?? '');
  const log = state && logOf(state, stored.log);
  if (state === undefined || log === undefined) {
    return undefined;
  }
  const given = new Set(state.given);
  const ifGiven = (name: (typeof maybeGiven)[number], value: number) =>
    given.has(name) ? value : undefined;
  const facts: KnownFacts = {
    qualifier: stored.qualifier,
    exactStartUs: ifGiven('exactStartUs', stored.startTimeUs),
    seenUs: state.seenUs,
    endUs: state.endUs,
    durationUs: ifGiven('durationUs', stored.durationUs),
    billDurationMs: ifGiven('billDurationMs', stored.billDurationMs),
    memUsageBytes: stored.memUsageBytes,
    memoryLimitBytes: stored.memoryLimitBytes,
    timeLimitMs: stored.timeLimitMs,
    initDurationUs: stored.initDurationUs,
    retCode: stored.retCode,
    statusCode: ifGiven('statusCode', stored.statusCode),
    invokeFinished: stored.invokeFinished,
    retMsg: stored.retMsg,
    traceId: stored.traceId,
    source: stored.source,
    extra: extraTextsOf(stored.extra),
  };
  return { facts, fixed: new Set(state.fixed), log };
}

function logOf(state: JoinState, text: string): RunLog | undefined {
  const { times = [], sizes = [], keys = [], shownCount = 0, lastCutBytes = 0 } = state;
  if (sizes.length !== times.length || keys.length !== times.length || shownCount > times.length) {
    return undefined;
  }
  const lines: KnownLine[] = [];
  let timeUs = 0;
  let from = 0;
  for (const [at, size] of sizes.entries()) {
    timeUs += times[at] ?? 0;
    const key = keys[at] ?? '';
    if (at >= shownCount) {
      lines.push({ timeUs, key, text: '', textBytes: 0, bytes: size });
      continue;
    }
    const shown = text.slice(from, from + size);
    const textBytes = Buffer.byteLength(shown);
    const bytes = textBytes + (at === shownCount - 1 ? lastCutBytes : 0);
    lines.push({ timeUs, key, text: shown, textBytes, bytes });
    from += size + 1;
  }
  const { lostBytes = 0, lostUs } = state;
  return text.length === Math.max(from - 1, 0)
    ? { text, lines, shownCount, lostBytes, lostUs }
    : undefined;
}

const numberMembers = ['seenUs', 'endUs', 'shownCount', 'lastCutBytes', 'lostBytes', 'lostUs'];
const listMembers = { given: isText, fixed: isText, keys: isText, times: isSize, sizes: isSize };

/** Nothing of a text that is not one of ours, whole. */
function parseState(text: string): JoinState | undefined {
  const state = parseObject(text);
  if (state?.['v'] !== 1) {
    return undefined;
  }
  const isGood =
    numberMembers.every((name) => state[name] === undefined || isSize(state[name])) &&
    Object.entries(listMembers).every(([name, isMember]) => isListOf(state[name], isMember));
  return isGood ? (state as unknown as JoinState) : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.length <= LINES_TOLD_APART_MAX && value.every(isMember))
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
