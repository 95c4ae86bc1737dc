// Reads the action parameters of API 2.0's GetFunctionLogs (seed document, section 2; wire facts
// A.3) into a query.

import { AppError, shownValue } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  LIMIT_MAX,
  OFFSET_MAX,
} from '../../domain/invocation-query.ts';
import type { Parameter } from '../decode-parameters.ts';
import { directionsByName, orderFieldsByName } from '../order-names.ts';
import {
  choiceReader,
  integerReader,
  type ParameterReader,
  readParameters,
  textReader,
} from './read-parameters.ts';

const statusesByFilter: ReadonlyMap<string, 'ok' | 'failed'> = new Map([
  ['is0', 'ok'],
  ['not0', 'failed'],
]);

const readers = new Map<string, ParameterReader<Partial<InvocationQuery>>>([
  ['functionName', textReader('the name of a function', (functionName) => ({ functionName }))],
  ['requestId', textReader('the id of a request', (requestId) => ({ requestId }))],
  ['offset', integerReader(OFFSET_MAX, (offset) => ({ offset }))],
  ['limit', integerReader(LIMIT_MAX, (limit) => ({ limit }))],
  [
    'order',
    choiceReader(
      directionsByName,
      (order) => ({ order }),
      (value) => value.toLowerCase(),
    ),
  ],
  ['orderby', choiceReader(orderFieldsByName, (orderBy) => ({ orderBy }))],
  ['filter.retCode', choiceReader(statusesByFilter, (status) => ({ status }))],
]);

/**
 * Anything under `filter` besides `filter.retCode` is refused, for the reason that `readParameters`
 * refuses a known name in another letter case.
 *
 * @param parameters decoded, no name twice
 * @returns the query in the default namespace, with the defaults that all fronts share
 * @throws AppError invalid_parameter naming the parameter, its value and what is accepted
 */
export function decodeGetFunctionLogs(parameters: readonly Parameter[]): InvocationQuery {
  return buildInvocationQuery(readParameters(parameters, readers, assertNoFilter));
}

function assertNoFilter(name: string): void {
  if (/^filter(?![a-z0-9])/.test(name.toLowerCase())) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is not known: filter.retCode, is0 or not0, is the only filter`,
    );
  }
}
