// Values at a path, in texts that hold JSON: the text as a whole, else each line that is a document.

import { type PathRule, redactionMarker } from '../../domain/redaction-rule.ts';
import { findJsonValues, isJsonDocument, mayHoldPath } from './find-json-values.ts';
import { isMarker, type Span } from './marked-spans.ts';
import type { TextRule } from './redact-text.ts';

export function buildPathRule({ name, path }: PathRule): TextRule {
  const find = (document: string, from: number): Span[] =>
    findJsonValues(document, path)
      .filter(({ start, end }) => !isMarker(document.slice(start, end)))
      .map(({ start, end }) => ({ start: from + start, end: from + end }));
  return {
    name,
    replacement: JSON.stringify(redactionMarker(name)),
    find: (text) => {
      if (!mayHoldPath(text, path)) {
        return [];
      }
      return isJsonDocument(text) ? find(text, 0) : findInLines(text, find);
    },
  };
}

function findInLines(text: string, find: (line: string, from: number) => Span[]): Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const line = text.slice(from, to);
    for (const span of isJsonDocument(line) ? find(line, from) : []) {
      spans.push(span);
    }
    from = to + 1;
  }
  return spans;
}
