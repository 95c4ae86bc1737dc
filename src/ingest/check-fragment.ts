// What a fragment must be before it is joined: names and times in bounds, texts that have UTF-8.

import { shownValue } from '../domain/errors.ts';
import type { Fragment, LogLine, RunFacts } from '../domain/fragment.ts';
import type { Rejection } from '../domain/receipt.ts';
import {
  INT32_MAX,
  isDeeperThan,
  NAME_CHARACTERS_MAX,
  NESTING_MAX,
} from '../domain/record-bounds.ts';
import { TIME_US_MAX } from '../domain/rfc3339.ts';

export type CheckedFragment =
  | { readonly ok: true; readonly fragment: Fragment }
  | { readonly ok: false; readonly reason: Omit<Rejection, 'line'> };

/** CloudWatch's are the longest, with 512 characters. */
const STREAM_CHARACTERS_MAX = 1_024;

/**
 * @param fragment as a decoder made it
 * @param source stands in where the fragment names no source
 * @returns the fragment with well-formed texts and whole times, or the field at fault and why
 */
export function checkFragment(fragment: Fragment, source: string): CheckedFragment {
  const reason = namesAtFault(fragment) ?? timesAtFault(fragment) ?? extraAtFault(fragment.facts);
  return reason === undefined
    ? { ok: true, fragment: wellFormed(fragment, source) }
    : { ok: false, reason };
}

function namesAtFault(fragment: Fragment): Omit<Rejection, 'line'> | undefined {
  const { namespace, functionName, requestId, retryNum, stream, facts } = fragment;
  const lengths = [
    ['namespace', namespace, NAME_CHARACTERS_MAX],
    ['functionName', functionName, NAME_CHARACTERS_MAX],
    ['requestId', requestId, NAME_CHARACTERS_MAX],
    ['stream', stream, STREAM_CHARACTERS_MAX],
    ['qualifier', facts.qualifier, NAME_CHARACTERS_MAX],
  ] as const;
  for (const [field, name, charactersMax] of lengths) {
    if (name !== undefined && (name === '' || name.length > charactersMax)) {
      return { field, reason: `must have 1 to ${charactersMax} characters, not ${name.length}` };
    }
  }
  return Number.isSafeInteger(retryNum) && retryNum >= 0 && retryNum <= INT32_MAX
    ? undefined
    : {
        field: 'retryNum',
        reason: `must be a whole number from 0 to ${INT32_MAX}, not ${shownValue(retryNum)}`,
      };
}

function timesAtFault({ timeUs, facts, lines }: Fragment): Omit<Rejection, 'line'> | undefined {
  const { startTimeUs = 0, endTimeUs = 0 } = facts;
  const badLine = lines.find((line) => !isTime(line.timeUs));
  const times = [
    ['time', timeUs],
    ['startTime', startTimeUs],
    ['endTime', endTimeUs],
    ['log', badLine?.timeUs ?? 0],
  ] as const;
  const bad = times.find(([, us]) => !isTime(us));
  return (
    bad && {
      field: bad[0],
      reason: `must be a time between 1970 and 2200, not ${shownValue(bad[1])} microseconds since 1970`,
    }
  );
}

function isTime(us: number): boolean {
  return us >= 0 && us < TIME_US_MAX;
}

function extraAtFault({ extra = {} }: RunFacts): Omit<Rejection, 'line'> | undefined {
  const deep = Object.keys(extra).find((field) => isDeeperThan(NESTING_MAX, extra[field]));
  return deep === undefined
    ? undefined
    : { field: deep.toWellFormed(), reason: `is nested over ${NESTING_MAX} levels deep` };
}

/** Half a surrogate pair has no UTF-8 and cannot be stored. */
function wellFormed(fragment: Fragment, source: string): Fragment {
  const { requestId, stream } = fragment;
  return {
    namespace: fragment.namespace.toWellFormed(),
    functionName: fragment.functionName.toWellFormed(),
    requestId: requestId?.toWellFormed(),
    retryNum: fragment.retryNum,
    ...(stream !== undefined && { stream: stream.toWellFormed() }),
    timeUs: Math.floor(fragment.timeUs),
    facts: wellFormedFacts(fragment.facts),
    lines: fragment.lines.map(wellFormedLine),
    source: (fragment.source || source).toWellFormed(),
  };
}

function wellFormedLine({ timeUs, text, id }: LogLine): LogLine {
  return {
    timeUs: Math.floor(timeUs),
    text: text.toWellFormed(),
    ...(id !== undefined && { id: id.toWellFormed() }),
  };
}

function wellFormedFacts(facts: RunFacts): RunFacts {
  const { qualifier, retMsg, traceId, extra } = facts;
  return {
    ...facts,
    ...(qualifier !== undefined && { qualifier: qualifier.toWellFormed() }),
    ...(retMsg !== undefined && { retMsg: retMsg.toWellFormed() }),
    ...(traceId !== undefined && { traceId: traceId.toWellFormed() }),
    ...(extra !== undefined && { extra: wellFormedExtra(extra) }),
  };
}

function wellFormedExtra(extra: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.entries(extra).map(([name, value]) => [
    name.toWellFormed(),
    wellFormedValue(value),
  ]);
  return Object.fromEntries(fields);
}

function wellFormedValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.toWellFormed();
  }
  if (Array.isArray(value)) {
    return value.map(wellFormedValue);
  }
  return typeof value === 'object' && value !== null
    ? wellFormedExtra(value as Record<string, unknown>)
    : value;
}
