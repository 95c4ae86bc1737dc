// The operator's regular expressions, by an engine that takes time in proportion to the text. They
// see one line at a time.

import { RE2JS } from 're2js';
import { type PatternRule, redactionMarker } from '../../domain/redaction-rule.ts';
import type { Span } from './marked-spans.ts';
import type { TextRule } from './redact-text.ts';

/**
 * One search takes time in proportion to its text, but a pattern that looks far ahead for little can
 * make all searches of a text take the square of it. After this long, many times what a whole log
 * takes, the rest of the text is replaced: hidden rather than shown, and the server goes on.
 */
const SEARCH_MS_MAX = 5_000;

/** @param searchMsMax how long a text is searched before its rest is replaced */
export function buildPatternRule(rule: PatternRule, searchMsMax: number = SEARCH_MS_MAX): TextRule {
  const { name, pattern, ignoreCase, replacement } = rule;
  const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return {
    name,
    replacement: replacement ?? redactionMarker(name),
    find: (text) => findAll(compiled, text, performance.now() + searchMsMax),
  };
}

function findAll(pattern: RE2JS, text: string, endMs: number): Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const found = findInLine(pattern, text.slice(from, to), endMs);
    if (found === undefined) {
      spans.push({ start: from, end: text.length });
      break;
    }
    for (const { start, end } of found) {
      spans.push({ start: from + start, end: from + end });
    }
    from = to + 1;
  }
  return spans;
}

/** @returns undefined where time was up before the end of the line */
function findInLine(pattern: RE2JS, line: string, endMs: number): Span[] | undefined {
  const spans: Span[] = [];
  // Without groups to keep, the engine takes its fastest way.
  if (pattern.test(line)) {
    const matcher = pattern.matcher(line);
    while (performance.now() <= endMs && matcher.find()) {
      const group = pattern.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
      const [start, end] = [matcher.start(group), matcher.end(group)];
      if (start < end) {
        spans.push({ start, end });
      }
    }
  }
  return performance.now() <= endMs ? spans : undefined;
}
