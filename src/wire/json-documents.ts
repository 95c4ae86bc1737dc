// JSON objects one after another in one body, each with a long array in it: the array is cut out and
// not parsed, so that its elements can be read one by one.

export interface JsonDocument {
  /** Parsed, with the array left empty; undefined where it is no JSON object. */
  readonly head: Readonly<Record<string, unknown>> | undefined;
  /** The array's own bytes, brackets included; empty where the member is no array, or not there. */
  readonly array: Buffer;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const EMPTY = Buffer.alloc(0);
/** What stands around the array is a few names. */
const HEAD_BYTES_MAX = 1024 * 1024;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * @param bytes objects joined by white space, or by nothing
 * @param member the name of the array, a member of each object
 * @returns the objects; what cannot be told apart is one document without a head, and the last
 */
export function* jsonDocuments(bytes: Buffer, member: string): Generator<JsonDocument> {
  let from = skipJsonSpace(bytes, 0);
  while (from < bytes.length) {
    const { to, array } = findEnd(bytes, from, Buffer.from(`"${member}"`));
    yield { head: parseHead(bytes, { from, to }, array), array: sliceOf(bytes, array) };
    from = skipJsonSpace(bytes, to);
  }
}

/** @returns the first place from `from` on that is no JSON white space */
export function skipJsonSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d || bytes[at] === 0x0a) {
    at += 1;
  }
  return at;
}

/** Where the object ends, and where the array stands; all that is left where it has no end. */
function findEnd(
  bytes: Buffer,
  from: number,
  name: Buffer,
): { to: number; array: Span | undefined } {
  let array: Span | undefined;
  let text: Span = { from, to: from };
  let at = bytes[from] === BRACE_OPEN ? from + 1 : bytes.length;
  while (at < bytes.length && bytes[at] !== BRACE_CLOSE) {
    const to = valueEnd(bytes, at);
    if (bytes[at] === QUOTE) {
      text = { from: at, to };
    } else if (bytes[at] === BRACKET_OPEN && sliceOf(bytes, text).equals(name)) {
      array = { from: at, to };
    }
    at = to;
  }
  return { to: Math.min(at + 1, bytes.length), array };
}

/** @returns where the value that begins here ends; what is no value is one byte long */
function valueEnd(bytes: Buffer, from: number): number {
  switch (bytes[from]) {
    case QUOTE:
      return stringEnd(bytes, from);
    case BRACE_OPEN:
    case BRACKET_OPEN:
      return nestEnd(bytes, from);
    default:
      return from + 1;
  }
}

function nestEnd(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case QUOTE:
        at = stringEnd(bytes, at) - 1;
        break;
      case BRACE_OPEN:
      case BRACKET_OPEN:
        depth += 1;
        break;
      case BRACE_CLOSE:
      case BRACKET_CLOSE:
        depth -= 1;
        if (depth === 0) {
          return at + 1;
        }
        break;
      default:
    }
  }
  return bytes.length;
}

/** @returns the place after the string's closing quote */
function stringEnd(bytes: Buffer, open: number): number {
  for (let at = open + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) {
      return bytes.length;
    }
    let escapes = quote;
    while (bytes[escapes - 1] === BACKSLASH) {
      escapes -= 1;
    }
    if ((quote - escapes) % 2 === 0) {
      return quote + 1;
    }
    at = quote + 1;
  }
}

function parseHead(
  bytes: Buffer,
  { from, to }: Span,
  array: Span | undefined,
): JsonDocument['head'] {
  const cut = array ?? { from: to, to };
  if (to - cut.to + cut.from - from > HEAD_BYTES_MAX) {
    return undefined;
  }
  const text = (start: number, end: number) => bytes.toString('utf8', start, end);
  try {
    const value: unknown = JSON.parse(
      array === undefined ? text(from, to) : `${text(from, cut.from)}[]${text(cut.to, to)}`,
    );
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonDocument['head']) : undefined;
  } catch {
    return undefined;
  }
}

function sliceOf(bytes: Buffer, span: Span | undefined): Buffer {
  return span === undefined ? EMPTY : bytes.subarray(span.from, span.to);
}
