// The WHERE clause of a question: constant conditions, chosen by what the question names, with
// every value bound as a parameter.

import type {
  InvocationQuery,
  InvocationStatus,
  LogLines,
} from '../../../domain/invocation-query.ts';
import type { LostRule } from '../../../domain/lost-run.ts';
import type { StatementParameters } from '../statement.ts';
import { HAS_SHAPE } from './error-shape.ts';
import { searchConditions } from './search-conditions.ts';

export interface MatchConditions {
  readonly where: string;
  readonly parameters: StatementParameters;
}

/** Which records a question is about, whatever their order and page. */
export type MatchFilter = Omit<
  StoreQuery,
  'asOf' | 'orderBy' | 'order' | 'limit' | 'offset' | 'after'
>;

/** A question with what has to be looked up before it can be asked. */
export interface StoreQuery extends InvocationQuery {
  /** Where it asks for runs slower than a multiple of medians. */
  readonly slowThresholds?: SlowThresholds;
}

/** By function: runs that took longer than so many microseconds. Of functions not named, none. */
export interface SlowThresholds {
  readonly names: readonly string[];
  readonly limitsUs: readonly number[];
}

/** Of a run with retCode 2: lost, not running. Needs `overdueParameters`. */
export const OVERDUE = `toUnixTimestamp64Micro(startTime)
    + 1000 * if(timeLimitMs = 0, {assumedLimitMs:UInt64}, timeLimitMs) < {overdueUs:Int64}`;

const statusConditions: Record<InvocationStatus, string> = {
  ok: 'retCode = 0',
  running: `retCode = 2 AND NOT (${OVERDUE})`,
  lost: `retCode = 2 AND ${OVERDUE}`,
  failed: 'retCode NOT IN (0, 2)',
};

/**
 * What a read at a mark sees: everything up to it that nothing up to it has replaced. Written so that
 * the engine does not look for the sequence in its keys, which all end in it: that finds nothing and
 * takes longer than the rest. See queries/hide-replaced.ts for `hidden`.
 */
export const VISIBLE = `greatest(seq, {mark:UInt64}) = {mark:UInt64}
  AND (bitOr(seq, 0) NOT IN hidden
    OR bitOr(seq, 0) IN (SELECT seq FROM superseded WHERE replacedBy > {mark:UInt64}))`;

// Nearly all logs end at the first test; only the others are taken apart.
const keywordConditions: Record<LogLines, string> = {
  application: keywordCondition('NOT'),
  platform: keywordCondition(''),
};

function keywordCondition(negation: 'NOT' | ''): string {
  return `position(log, {keyword:String}) > 0
  AND arrayExists(
    line -> position(line, {keyword:String}) > 0
      AND ${negation} match(line, '^(START|Event|END|Report|REPORT) RequestId'),
    splitByChar('\\n', log))`;
}

/**
 * @param mark the ingest sequence up to which records are seen
 * @param lostRule tells lost runs from running ones; without it none is lost
 */
export function matchConditions(
  filter: MatchFilter,
  mark: number,
  lostRule?: LostRule,
): MatchConditions {
  const conditions = ['namespace = {namespace:String}', VISIBLE];
  const parameters: Record<string, StatementParameters[string]> = {
    namespace: filter.namespace,
    mark,
  };
  const add = (condition: string, name: string, value: StatementParameters[string] | undefined) => {
    if (value !== undefined) {
      conditions.push(condition);
      parameters[name] = value;
    }
  };
  add('functionName = {functionName:String}', 'functionName', filter.functionName);
  add('qualifier = {qualifier:String}', 'qualifier', filter.qualifier);
  add('requestId = {requestId:String}', 'requestId', filter.requestId);
  add('startTime >= fromUnixTimestamp64Micro({sinceUs:Int64})', 'sinceUs', filter.sinceUs);
  add('startTime < fromUnixTimestamp64Micro({untilUs:Int64})', 'untilUs', filter.untilUs);
  add('statusCode IN {statusCodes:Array(Int64)}', 'statusCodes', filter.statusCodes);
  if (filter.cold !== undefined) {
    conditions.push(filter.cold ? 'initDurationUs IS NOT NULL' : 'initDurationUs IS NULL');
  }
  const slow = slowCondition(filter);
  if (slow !== undefined) {
    conditions.push(slow.where);
    Object.assign(parameters, slow.parameters);
  }
  add(HAS_SHAPE, 'errorShape', filter.errorShape);
  if (filter.status !== undefined) {
    conditions.push(statusConditions[filter.status]);
  }
  if (isAboutUnfinished(filter)) {
    Object.assign(parameters, overdueParameters(lostRule));
  }
  if (filter.keyword !== undefined) {
    add(keywordConditions[filter.keyword.lines], 'keyword', filter.keyword.text);
  }
  const searched = searchConditions(filter);
  conditions.push(...searched.conditions);
  Object.assign(parameters, searched.parameters);
  return { where: conditions.join('\n  AND '), parameters };
}

/** @throws TypeError for a multiple of medians that nobody has looked up */
function slowCondition({ slowerThan, slowThresholds }: MatchFilter): MatchConditions | undefined {
  if (slowerThan === undefined) {
    return undefined;
  }
  if ('us' in slowerThan) {
    return { where: 'durationUs > {slowUs:UInt64}', parameters: { slowUs: slowerThan.us } };
  }
  if (slowThresholds === undefined) {
    throw new TypeError('the medians are not known');
  }
  const { names, limitsUs } = slowThresholds;
  return {
    where: `durationUs > transform(
    toString(functionName), {slowNames:Array(String)}, {slowLimitsUs:Array(UInt64)}, {neverUs:UInt64})`,
    parameters: { slowNames: names, slowLimitsUs: limitsUs, neverUs: Number.MAX_SAFE_INTEGER },
  };
}

/** Whether running runs and lost ones have to be told apart, for which there is no projection. */
export function isAboutUnfinished({ status }: Pick<MatchFilter, 'status'>): boolean {
  return status === 'running' || status === 'lost';
}

/** Starts are never negative, so nothing is overdue at 0. */
export function overdueParameters(rule: LostRule | undefined): StatementParameters {
  return rule === undefined
    ? { assumedLimitMs: 0, overdueUs: 0 }
    : { assumedLimitMs: rule.timeLimitMs, overdueUs: (rule.nowMs - rule.graceMs) * 1000 };
}
