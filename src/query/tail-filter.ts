// Whether a record is among those that are followed: what the store's conditions say, in memory.

import { RE2JS } from 're2js';
import type { Invocation } from '../domain/invocation.ts';
import type { InvocationStatus } from '../domain/invocation-query.ts';
import { isLost, type LostRule } from '../domain/lost-run.ts';
import type { TailFilter } from '../domain/tail.ts';
import { hasTerm, parseSearch } from '../domain/text-search.ts';

/** @param lostRule tells lost runs from running ones; asked for every record */
export function buildTailFilter(
  filter: TailFilter,
  lostRule: () => LostRule,
): (invocation: Invocation) => boolean {
  const { namespace, functionName, qualifier, requestId, status, sinceUs, untilUs } = filter;
  const { cold, slowerThan } = filter;
  const hasTexts = textFilter(filter);
  return (invocation) =>
    invocation.namespace === namespace &&
    (functionName === undefined || invocation.functionName === functionName) &&
    (qualifier === undefined || invocation.qualifier === qualifier) &&
    (requestId === undefined || invocation.requestId === requestId) &&
    (status === undefined || status === statusOf(invocation, lostRule)) &&
    (sinceUs === undefined || invocation.startTimeUs >= sinceUs) &&
    (untilUs === undefined || invocation.startTimeUs < untilUs) &&
    (cold === undefined || cold === (invocation.initDurationUs !== null)) &&
    (slowerThan === undefined || invocation.durationUs > slowerThan.us) &&
    hasTexts(invocation);
}

function textFilter({ search, contains, regex }: TailFilter): (invocation: Invocation) => boolean {
  const terms = search === undefined ? [] : parseSearch(search);
  const pattern = regex === undefined ? undefined : RE2JS.compile(regex, RE2JS.DOTALL);
  return ({ log, retMsg }) =>
    terms.every((term) => hasTerm(`${retMsg}\n${log}`, term)) &&
    (contains === undefined || log.includes(contains) || retMsg.includes(contains)) &&
    (pattern === undefined || pattern.matcher(log).find() || pattern.matcher(retMsg).find());
}

function statusOf(invocation: Invocation, lostRule: () => LostRule): InvocationStatus {
  const { retCode } = invocation;
  if (retCode !== 2) {
    return retCode === 0 ? 'ok' : 'failed';
  }
  return isLost(invocation, lostRule()) ? 'lost' : 'running';
}
