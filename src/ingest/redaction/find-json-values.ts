// Where the values at a path stand in a JSON document, so that they can be replaced and every other
// character stays as it came.

import type { JsonPath } from '../../domain/json-path.ts';
import type { Span } from './marked-spans.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @returns whether a text is a JSON object or array */
export function isJsonDocument(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) {
    return false;
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param document a JSON document, with white space around it or not
 * @returns the spans of the values, in ascending order; a name that comes twice gives two
 */
export function findJsonValues(document: string, path: JsonPath): Span[] {
  const spans: Span[] = [];
  visit({ document, path, spans }, skipSpace(document, 0), 0);
  return spans;
}

/**
 * A quick look that may be wrong one way only.
 *
 * @returns false where no document in the text has a value at the path
 */
export function mayHoldPath(text: string, path: JsonPath): boolean {
  // Where nothing is escaped, a name stands in its document as JSON writes it.
  return (
    text.includes('\\') ||
    path.every((step) => step === 'every' || text.includes(JSON.stringify(step.member)))
  );
}

interface Visit {
  readonly document: string;
  readonly path: JsonPath;
  readonly spans: Span[];
}

/** @returns where the value that begins at `at` ends; goes no deeper than the path */
function visit(into: Visit, at: number, depth: number): number {
  const { document, path, spans } = into;
  const step = path[depth];
  if (step === undefined) {
    const end = valueEnd(document, at);
    spans.push({ start: at, end });
    return end;
  }
  const open = document[at];
  if (open !== '{' && !(open === '[' && step === 'every')) {
    return valueEnd(document, at);
  }
  let next = skipSpace(document, at + 1);
  while (document[next] !== '}' && document[next] !== ']') {
    let isOnPath = step === 'every';
    if (open === '{') {
      const nameEnd = stringEnd(document, next);
      isOnPath ||= step !== 'every' && nameOf(document, next, nameEnd) === step.member;
      next = skipSpace(document, skipSpace(document, nameEnd) + 1);
    }
    next = isOnPath ? visit(into, next, depth + 1) : valueEnd(document, next);
    next = skipSpace(document, next);
    next = document[next] === ',' ? skipSpace(document, next + 1) : next;
  }
  return next + 1;
}

function nameOf(document: string, from: number, to: number): unknown {
  return JSON.parse(document.slice(from, to));
}

function valueEnd(document: string, from: number): number {
  switch (document[from]) {
    case '"':
      return stringEnd(document, from);
    case '{':
    case '[':
      return bracketEnd(document, from);
    default: {
      const scalar = /[^\s,\]}]*/y;
      scalar.lastIndex = from;
      scalar.exec(document);
      return scalar.lastIndex;
    }
  }
}

function bracketEnd(document: string, open: number): number {
  let depth = 0;
  let at = open;
  do {
    const character = document[at];
    if (character === '"') {
      at = stringEnd(document, at);
    } else {
      depth += character === '{' || character === '[' ? 1 : 0;
      depth -= character === '}' || character === ']' ? 1 : 0;
      at += 1;
    }
  } while (depth > 0 && at < document.length);
  return at;
}

function stringEnd(document: string, open: number): number {
  for (let at = open + 1; at < document.length; at += 1) {
    const unit = document.charCodeAt(at);
    if (unit === BACKSLASH) {
      at += 1;
    } else if (unit === QUOTE) {
      return at + 1;
    }
  }
  return document.length;
}

function skipSpace(document: string, from: number): number {
  let at = from;
  while (' \n\r\t'.includes(document.charAt(at)) && at < document.length) {
    at += 1;
  }
  return at;
}
