// What is looked for in messages and logs, as conditions.

import type { InvocationQuery } from '../../../domain/invocation-query.ts';
import { parseSearch, type SearchTerm } from '../../../domain/text-search.ts';
import type { StatementParameters } from '../statement.ts';

/** The expression of the text index `words` (migration 007), to the letter. */
const SEARCHED = "lower(concat(retMsg, '\\n', log))";

/** All of ASCII that stands between words; capital letters are gone. */
const SEPARATOR = '[\\x00-/:-`{-\\x7f]';

export interface SearchConditions {
  readonly conditions: readonly string[];
  readonly parameters: StatementParameters;
}

export function searchConditions({
  search,
  contains,
  regex,
}: Pick<InvocationQuery, 'search' | 'contains' | 'regex'>): SearchConditions {
  const terms = search === undefined ? [] : parseSearch(search);
  const conditions: string[] = [];
  const parameters: Record<string, StatementParameters[string]> = {};
  const words = terms.flatMap((term) => (term.kind === 'words' ? term.words : []));
  if (words.length > 0) {
    // The index answers this, and the engine itself where a part has none.
    conditions.push(`hasAllTokens(${SEARCHED}, {searchWords:Array(String)})`);
    parameters['searchWords'] = [...new Set(words)];
  }
  for (const [index, term] of terms.entries()) {
    const exact = exactCondition(term, `searchTerm${index}`);
    if (exact !== undefined) {
      conditions.push(exact.condition);
      parameters[`searchTerm${index}`] = exact.value;
    }
  }
  if (contains !== undefined) {
    conditions.push(
      '(position(log, {contains:String}) > 0 OR position(retMsg, {contains:String}) > 0)',
    );
    parameters['contains'] = contains;
  }
  if (regex !== undefined) {
    conditions.push('(match(log, {regex:String}) OR match(retMsg, {regex:String}))');
    parameters['regex'] = regex;
  }
  return { conditions, parameters };
}

/** What the condition on all words together does not say. */
function exactCondition(
  term: SearchTerm,
  name: string,
): { readonly condition: string; readonly value: string } | undefined {
  if (term.kind === 'text') {
    return { condition: `position(${SEARCHED}, {${name}:String}) > 0`, value: term.text };
  }
  if (term.words.length === 1) {
    return undefined;
  }
  const between = `${SEPARATOR}+`;
  const value = `(?:^|${SEPARATOR})${term.words.join(between)}(?:${SEPARATOR}|$)`;
  return { condition: `match(${SEARCHED}, {${name}:String})`, value };
}
