// What the query string of a source says: where its records go, since what it sends does not.

import { AppError, shownValue } from '../domain/errors.ts';
import { DEFAULT_NAMESPACE } from '../domain/invocation.ts';
import { NAME_CHARACTERS_MAX } from '../domain/record-bounds.ts';
import { decodeParameters } from './decode-parameters.ts';

/** What a decoder is told besides the body. */
export interface SourceOptions {
  readonly namespace: string;
  /** Of every event, whatever the body says. */
  readonly functionName?: string;
  /** The name of what logged the events, where runs follow one another. */
  readonly stream?: string;
  /** A longer event is not read. */
  readonly recordBytesMax: number;
}

export type SourceParameter = 'namespace' | 'functionName' | 'stream';

export type SourceParameters = { readonly [Name in SourceParameter]?: string };

/**
 * @param encoded the bytes after the `?`
 * @param accepted the names that the source takes
 * @throws AppError malformed_request, invalid_parameter, unknown_parameter
 */
export function decodeSourceQuery(
  encoded: Uint8Array,
  accepted: readonly SourceParameter[],
): SourceParameters {
  const given: { [Name in SourceParameter]?: string } = {};
  for (const [name, value] of decodeParameters(encoded)) {
    const known = accepted.find((one) => one === name);
    if (known === undefined) {
      throw new AppError(
        'unknown_parameter',
        `there is no parameter ${shownValue(name)} here; known: ${accepted.join(', ')}`,
        { details: { parameter: name } },
      );
    }
    given[known] = checkSourceName(known, value);
  }
  return given;
}

/**
 * @param name the parameter that gives it
 * @throws AppError invalid_parameter
 */
export function checkSourceName(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > NAME_CHARACTERS_MAX) {
    throw new AppError(
      'invalid_parameter',
      `${name} is ${shownValue(value)}: it takes 1 to ${NAME_CHARACTERS_MAX} characters`,
      { details: { parameter: name } },
    );
  }
  return value.toWellFormed();
}

export function buildSourceOptions(given: SourceParameters, recordBytesMax: number): SourceOptions {
  return { namespace: DEFAULT_NAMESPACE, ...given, recordBytesMax };
}
