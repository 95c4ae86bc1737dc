// Reads the action parameters of API 2.0's GetFunctionLogs (seed document, section 2; wire facts
// A.3) into a query. A wrong value is an error, never a default.

import { AppError, shownValue } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  LIMIT_MAX,
  OFFSET_MAX,
  type OrderDirection,
  type OrderField,
} from '../../domain/invocation-query.ts';
import type { Parameter } from '../decode-parameters.ts';

interface ParameterReader {
  /** What the parameter takes, to end the sentence "... is accepted". */
  readonly accepted: string;
  /** The part of the query that a value stands for; undefined for a value that is not accepted. */
  readonly read: (value: string) => Partial<InvocationQuery> | undefined;
}

/** The first revision of the vendor's page spells with underscores, the second in camel case. */
const orderFieldsByName: ReadonlyMap<string, OrderField> = new Map([
  ['start_time', 'startTime'],
  ['function_name', 'functionName'],
  ['request_id', 'requestId'],
  ['duration', 'duration'],
  ['mem_usage', 'memUsage'],
  ['startTime', 'startTime'],
  ['functionName', 'functionName'],
  ['requestId', 'requestId'],
  ['memUsage', 'memUsage'],
]);

/** `acs` is the spelling of the vendor's Chinese pages. */
const directionsByName: ReadonlyMap<string, OrderDirection> = new Map([
  ['asc', 'asc'],
  ['acs', 'asc'],
  ['desc', 'desc'],
]);

const statusesByFilter: ReadonlyMap<string, 'ok' | 'failed'> = new Map([
  ['is0', 'ok'],
  ['not0', 'failed'],
]);

const DIGITS = /^[0-9]+$/;

const readers: ReadonlyMap<string, ParameterReader> = new Map([
  [
    'functionName',
    { accepted: 'the name of a function', read: (functionName) => ({ functionName }) },
  ],
  ['requestId', { accepted: 'the id of a request', read: (requestId) => ({ requestId }) }],
  ['offset', integerReader('offset', OFFSET_MAX)],
  ['limit', integerReader('limit', LIMIT_MAX)],
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

const spellings: ReadonlyMap<string, string> = new Map(
  [...readers.keys()].map((name) => [name.toLowerCase(), name]),
);

/**
 * Reads the parameters of GetFunctionLogs. Names that it does not know are left alone, since
 * clients add their own to every request; a known name in another letter case, and anything under
 * `filter` besides `filter.retCode`, is refused, since a question half read is answered wrongly.
 *
 * @param parameters decoded, no name twice
 * @returns the query in the default namespace, with the defaults that all fronts share
 * @throws AppError invalid_parameter naming the parameter, its value and what is accepted
 */
export function decodeGetFunctionLogs(parameters: readonly Parameter[]): InvocationQuery {
  let given: Partial<InvocationQuery> = {};
  for (const [name, value] of parameters) {
    const reader = readers.get(name);
    if (reader === undefined) {
      assertNotMeant(name);
    } else {
      given = { ...given, ...readValue(name, value, reader) };
    }
  }
  return buildInvocationQuery(given);
}

function readValue(name: string, value: string, reader: ParameterReader): Partial<InvocationQuery> {
  if (value === '') {
    throw new AppError(
      'invalid_parameter',
      `parameter ${name} has the value "": ${reader.accepted} is accepted, or leave it out`,
    );
  }
  const part = reader.read(value);
  if (part === undefined) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${name} has the value ${shownValue(value)}: ${reader.accepted} is accepted`,
    );
  }
  return part;
}

function assertNotMeant(name: string): void {
  const lower = name.toLowerCase();
  const spelling = spellings.get(lower);
  if (spelling !== undefined) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is not known: it is spelled ${spelling}`,
    );
  }
  if (/^filter(?![a-z0-9])/.test(lower)) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is not known: filter.retCode, is0 or not0, is the only filter`,
    );
  }
}

function integerReader(field: 'offset' | 'limit', max: number): ParameterReader {
  return {
    accepted: `an integer from 0 to ${max} in digits only`,
    read: (value) => {
      const number = DIGITS.test(value) ? Number(value) : Number.NaN;
      return number <= max ? { [field]: number } : undefined;
    },
  };
}

function choiceReader<Choice>(
  choices: ReadonlyMap<string, Choice>,
  part: (choice: Choice) => Partial<InvocationQuery>,
  normalize: (value: string) => string = (value) => value,
): ParameterReader {
  return {
    accepted: `one of ${[...choices.keys()].join(', ')}`,
    read: (value) => {
      const choice = choices.get(normalize(value));
      return choice === undefined ? undefined : part(choice);
    },
  };
}
