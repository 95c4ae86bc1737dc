// PEM private keys, over all their lines; in JSON, where the ends of lines are escapes, as well.

import type { Span } from './marked-spans.ts';

const HINT = 'PRIVATE KEY-----';
const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
/** The longest key that is found whole; RSA with 16,384 bits has some 13,000 characters. */
const KEY_CHARACTERS_MAX = 65_536;
/** What is left of a key whose end was cut off: base64, the ends of its lines, also as escapes. */
const BODY = /(?:[A-Za-z0-9+/=\s]|\\[nrt])*/y;

export function findPrivateKeys(text: string): Span[] {
  if (!text.includes(HINT)) {
    return [];
  }
  const spans: Span[] = [];
  const ends = text.matchAll(END);
  let end = nextEnd(ends);
  let from = 0;
  for (const { index, 0: begin } of text.matchAll(BEGIN)) {
    if (index < from) {
      continue;
    }
    while (end !== undefined && end.start < index) {
      end = nextEnd(ends);
    }
    const isWhole = end !== undefined && end.start - index <= KEY_CHARACTERS_MAX;
    from = end !== undefined && isWhole ? end.end : bodyEnd(text, index + begin.length);
    spans.push({ start: index, end: from });
  }
  return spans;
}

function nextEnd(ends: RegExpStringIterator<RegExpExecArray>): Span | undefined {
  const { value } = ends.next();
  return value === undefined
    ? undefined
    : { start: value.index, end: value.index + value[0].length };
}

function bodyEnd(text: string, from: number): number {
  const body = new RegExp(BODY);
  body.lastIndex = from;
  body.exec(text);
  return body.lastIndex;
}
