// Conditions on the unknown fields of a record (`extra`): chosen by what the question names, with
// every name and value bound as a parameter.

import type { FunctionQuery } from '../../../domain/function-query.ts';
import type { StatementParameters } from '../statement.ts';
import { containsCondition } from './contains-condition.ts';

export interface FactConditions {
  /** Empty where the question demands nothing of the facts. */
  readonly conditions: readonly string[];
  readonly parameters: StatementParameters;
}

// Other types have a text as well (5 is '5'), so the type is asked for.
const DESCRIPTION = `JSONType(extra, 'description') = 'String'
  AND ${containsCondition("JSONExtractString(extra, 'description')", 'description')}`;

export function factConditions({ facts = [], description }: FunctionQuery): FactConditions {
  const conditions: string[] = [];
  const parameters: Record<string, StatementParameters[string]> = {};
  for (const [index, { path, values }] of facts.entries()) {
    const names = path.map((_, depth) => `fact${index}Name${depth}`);
    const member = ['extra', ...names.map((name) => `{${name}:String}`)].join(', ');
    const among = `fact${index}Values`;
    conditions.push(`JSONType(${member}) = 'String'
  AND JSONExtractString(${member}) IN {${among}:Array(String)}`);
    parameters[among] = values;
    for (const [depth, name] of names.entries()) {
      parameters[name] = path[depth] ?? '';
    }
  }
  if (description !== undefined) {
    conditions.push(DESCRIPTION);
    parameters['description'] = description;
  }
  return { conditions, parameters };
}
