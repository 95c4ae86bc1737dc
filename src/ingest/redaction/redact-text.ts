// Replaces what rules find in a text. What was replaced once is left alone, so that a text that has
// been through here comes out of a second time as it is.

import { type Span, widened } from './marked-spans.ts';

/** Finds what one rule is about. */
export interface TextRule {
  readonly name: string;
  /** Stands in for each find. */
  readonly replacement: string;
  /** @returns spans in ascending order that do not overlap */
  find(text: string): readonly Span[];
}

/** Told how often a rule has replaced something. */
export type CountRedactions = (rule: string, count: number) => void;

/** One replacement can bring another match about; chains of rules are this long at most. */
const PASSES_MAX = 8;

/** @returns the text itself where no rule finds anything */
export function redactText(
  text: string,
  rules: readonly TextRule[],
  count: CountRedactions,
): string {
  let redacted = text;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const before = redacted;
    for (const rule of rules) {
      redacted = applyRule(redacted, rule, count);
    }
    if (redacted === before) {
      break;
    }
  }
  return redacted;
}

function applyRule(text: string, rule: TextRule, count: CountRedactions): string {
  const { name, replacement } = rule;
  const found = rule.find(text);
  if (found.length === 0) {
    return text;
  }
  const parts: string[] = [];
  let kept = 0;
  let replaced = 0;
  for (const { start, end } of widened(text, found)) {
    if (text.slice(start, end) !== replacement) {
      parts.push(text.slice(kept, start), replacement);
      kept = end;
      replaced += 1;
    }
  }
  if (replaced === 0) {
    return text;
  }
  count(name, replaced);
  parts.push(text.slice(kept));
  return parts.join('');
}
