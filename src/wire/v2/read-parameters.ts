// Reads the parameters of an API 2.0 action by a table of what each takes. A wrong value is an
// error, never a default.

import { AppError, shownValue } from '../../domain/errors.ts';
import type { Parameter } from '../decode-parameters.ts';

export interface ParameterReader<Part> {
  /** What the parameter takes, to end the sentence "... is accepted". */
  readonly accepted: string;
  /** The part of the question that a value stands for; undefined for a value that is not accepted. */
  readonly read: (value: string) => Part | undefined;
}

type ParameterReaders<Part> = ReadonlyMap<string, ParameterReader<Part>>;

const DIGITS = /^[0-9]+$/;

/**
 * Names that the table does not know are left alone, since clients add their own to every request;
 * a known name in another letter case is refused, since a question half read is answered wrongly.
 *
 * @param assertUnknown may refuse more names than that
 * @throws AppError invalid_parameter naming the parameter, its value and what is accepted
 */
export function readParameters<Part extends object>(
  parameters: readonly Parameter[],
  readers: ParameterReaders<Part>,
  assertUnknown: (name: string) => void = () => undefined,
): Part {
  let given = {} as Part;
  for (const [name, value] of parameters) {
    const reader = readers.get(name);
    if (reader === undefined) {
      assertOtherName(name, readers);
      assertUnknown(name);
    } else {
      given = { ...given, ...readValue(name, value, reader) };
    }
  }
  return given;
}

function assertOtherName<Part>(name: string, readers: ParameterReaders<Part>): void {
  const lower = name.toLowerCase();
  const spelling = [...readers.keys()].find((known) => known.toLowerCase() === lower);
  if (spelling !== undefined) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is not known: it is spelled ${spelling}`,
    );
  }
}

function readValue<Part>(name: string, value: string, reader: ParameterReader<Part>): Part {
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

export function textReader<Part>(
  accepted: string,
  part: (value: string) => Part,
): ParameterReader<Part> {
  return { accepted, read: part };
}

/** A whole number from 0 to `max`. */
export function integerReader<Part>(
  max: number,
  part: (value: number) => Part,
): ParameterReader<Part> {
  return {
    accepted: `an integer from 0 to ${max} in digits only`,
    read: (value) => {
      const number = DIGITS.test(value) ? Number(value) : Number.NaN;
      return number <= max ? part(number) : undefined;
    },
  };
}

/** One of the keys, compared after `normalize`. */
export function choiceReader<Choice, Part>(
  choices: ReadonlyMap<string, Choice>,
  part: (choice: Choice) => Part,
  normalize: (value: string) => string = (value) => value,
): ParameterReader<Part> {
  return {
    accepted: `one of ${[...choices.keys()].join(', ')}`,
    read: (value) => {
      const choice = choices.get(normalize(value));
      return choice === undefined ? undefined : part(choice);
    },
  };
}
