// The facts of a record that came whole: they are exact, and no fragment changes them.

import { type Invocation, RET_CODE_RUNNING } from '../domain/invocation.ts';
import { extraTextsOf } from './join-extra.ts';
import { type KnownFacts, nothingKnown, settled } from './join-facts.ts';

const outcome = ['retCode', 'statusCode'] as const;
/** A whole record that gives these may still learn more of them. */
const neverFixed: ReadonlySet<keyof KnownFacts> = new Set(['extra', 'invokeFinished', ...outcome]);

/** @returns `told` without those facts that a whole record has given */
export function withoutFixed(told: KnownFacts, fixed: ReadonlySet<string>): KnownFacts {
  if (fixed.size === 0) {
    return told;
  }
  const names = Object.keys(told) as (keyof KnownFacts)[];
  const kept = names.map((name) => [name, fixed.has(name) ? nothingKnown[name] : told[name]]);
  return settled(Object.fromEntries(kept) as unknown as KnownFacts);
}

/** The facts of a record that came whole, and the names of those that it gives. */
export function factsOfWhole(record: Invocation): { facts: KnownFacts; fixed: Set<string> } {
  const hasOutcome = record.invokeFinished || record.retCode !== RET_CODE_RUNNING;
  const facts = settled({
    ...nothingKnown,
    qualifier: record.qualifier,
    exactStartUs: record.startTimeUs,
    durationUs: record.durationUs || undefined,
    billDurationMs: record.billDurationMs || undefined,
    memUsageBytes: record.memUsageBytes,
    memoryLimitBytes: record.memoryLimitBytes,
    timeLimitMs: record.timeLimitMs,
    initDurationUs: record.initDurationUs,
    retCode: record.retCode,
    statusCode: hasOutcome ? record.statusCode : record.statusCode || undefined,
    invokeFinished: record.invokeFinished,
    retMsg: record.retMsg,
    traceId: record.traceId,
    source: record.source,
    extra: extraTextsOf(record.extra),
  });
  const names = Object.keys(facts) as (keyof KnownFacts)[];
  const fixed = names.filter((name) => !neverFixed.has(name) && facts[name] !== nothingKnown[name]);
  return { facts, fixed: new Set([...fixed, ...(hasOutcome ? outcome : [])]) };
}
