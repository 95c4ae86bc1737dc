// The WHERE clause of a question: constant conditions, chosen by what the question names, with
// every value bound as a parameter.

import type { InvocationQuery, InvocationStatus } from '../../../domain/invocation-query.ts';
import type { StatementParameters } from '../statement.ts';

export interface MatchConditions {
  readonly where: string;
  readonly parameters: StatementParameters;
}

const statusConditions: Record<InvocationStatus, string> = {
  ok: 'retCode = 0',
  running: 'retCode = 2',
  failed: 'retCode NOT IN (0, 2)',
};

// What a read at a mark sees: everything up to it that nothing up to it has replaced.
const VISIBLE = `seq <= {mark:UInt64}
  AND seq NOT IN (SELECT seq FROM superseded WHERE replacedBy <= {mark:UInt64})`;

/**
 * @param mark the ingest sequence up to which records are seen
 */
export function matchConditions(query: InvocationQuery, mark: number): MatchConditions {
  const conditions = ['namespace = {namespace:String}', VISIBLE];
  const parameters: Record<string, string | number> = { namespace: query.namespace, mark };
  const add = (condition: string, name: string, value: string | number | undefined) => {
    if (value !== undefined) {
      conditions.push(condition);
      parameters[name] = value;
    }
  };
  add('functionName = {functionName:String}', 'functionName', query.functionName);
  add('qualifier = {qualifier:String}', 'qualifier', query.qualifier);
  add('requestId = {requestId:String}', 'requestId', query.requestId);
  add('startTime >= fromUnixTimestamp64Micro({sinceUs:Int64})', 'sinceUs', query.sinceUs);
  add('startTime < fromUnixTimestamp64Micro({untilUs:Int64})', 'untilUs', query.untilUs);
  if (query.status !== undefined) {
    conditions.push(statusConditions[query.status]);
  }
  return { where: conditions.join('\n  AND '), parameters };
}
