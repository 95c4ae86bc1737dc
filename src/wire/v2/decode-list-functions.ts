// Reads the action parameters of API 2.0's ListFunctions (wire facts A.3) into a question about the
// functions whose records the store has seen.

import {
  buildFunctionQuery,
  type FunctionOrderField,
  type FunctionQuery,
} from '../../domain/function-query.ts';
import { LIMIT_MAX, OFFSET_MAX } from '../../domain/invocation-query.ts';
import type { Parameter } from '../decode-parameters.ts';
import { directionsByName } from '../order-names.ts';
import {
  choiceReader,
  integerReader,
  type ParameterReader,
  readParameters,
  textReader,
} from './read-parameters.ts';

/** A record says when it ran, not when its function was made: the first and the newest run stand in. */
const functionOrdersByName: ReadonlyMap<string, FunctionOrderField> = new Map([
  ['addtime', 'firstStart'],
  ['modtime', 'lastStart'],
  ['functionname', 'functionName'],
]);

const lowerCase = (value: string) => value.toLowerCase();

const readers = new Map<string, ParameterReader<Partial<FunctionQuery>>>([
  ['order', choiceReader(directionsByName, (order) => ({ order }), lowerCase)],
  ['orderby', choiceReader(functionOrdersByName, (orderBy) => ({ orderBy }), lowerCase)],
  ['offset', integerReader(OFFSET_MAX, (offset) => ({ offset }))],
  ['limit', integerReader(LIMIT_MAX, (limit) => ({ limit }))],
  ['searchKey', textReader('a part of a function’s name', (search) => ({ search }))],
]);

/**
 * @returns the question, in the default namespace
 * @throws AppError invalid_parameter naming the parameter, its value and what is accepted
 */
export function decodeListFunctions(parameters: readonly Parameter[]): FunctionQuery {
  return buildFunctionQuery(readParameters(parameters, readers));
}
