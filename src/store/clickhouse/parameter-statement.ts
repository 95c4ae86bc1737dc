// Parameters of a statement on an embedded connection, bound by a statement of their own in the same
// text. The package's own way of binding takes one statement after the other in the whole process.
//
// Values never become part of the statement that uses them: the engine reads them as what the
// placeholder's type says. In the text that sets them, whatever could end a literal is escaped.

import type { StatementParameters } from './statement.ts';

type ParameterValue = StatementParameters[string];

const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

/**
 * A parameter stays with its connection, so a statement has to set all that it uses.
 *
 * @returns `SET param_a = '…', param_b = '…';`, empty where there are no parameters
 * @throws TypeError for values that are none
 */
export function parameterStatement(parameters: StatementParameters): string {
  const pairs = Object.entries(parameters).map(([name, value]) => {
    if (!NAME.test(name)) {
      throw new TypeError(`a parameter called ${JSON.stringify(name)}`);
    }
    return `param_${name} = '${textOf(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  });
  return pairs.length === 0 ? '' : `SET ${pairs.join(', ')};`;
}

/** The engine's text of a value, as it reads it from a column that is separated by tabs. */
function textOf(value: ParameterValue): string {
  if (typeof value === 'number') {
    return numberText(value);
  }
  if (typeof value === 'string') {
    return escaped(value);
  }
  const elements = value.map((element) =>
    typeof element === 'number' ? numberText(element) : `'${escaped(element)}'`,
  );
  return `[${elements.join(',')}]`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) {
    throw new TypeError(`a parameter that is ${value}`);
  }
  return String(value);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const SPECIAL = /[\u0000-\u001f\u007f'\\]/g;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(SPECIAL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
