// The log of a run, line by line. It is anybody's text: what moves a terminal is taken out or shown,
// and nothing of it ever becomes markup.

type LineKind = 'platform' | 'error' | 'json' | 'plain';

export interface LogLine {
  readonly number: number;
  readonly kind: LineKind;
  readonly text: string;
  /** What a line of JSON holds. */
  readonly value?: object;
}

const PLATFORM = /^(?:START|Event|END|Report|REPORT|XRAY|INIT_START) (?:RequestId|Runtime)/;
const ERROR =
  /\b(?:error|exception|fatal|panic|traceback|critical|uncaught|unhandled)\b|^\s+at .+:\d+|"level":"(?:error|fatal)"/i;
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Where a value may end that is worth the folding. */
const JSON_LENGTH_MAX = 200_000;

export function logLines(log: string): LogLine[] {
  const lines = log.split(/\r\n|\n|\r(?!$)/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines.map((text, at) => lineOf(text, at + 1));
}

function lineOf(raw: string, number: number): LogLine {
  const text = shown(raw);
  if (PLATFORM.test(text)) {
    return { number, kind: 'platform', text };
  }
  const value = jsonOf(text);
  const isError = ERROR.test(text.slice(0, 10_000));
  if (value !== undefined) {
    return { number, kind: isError ? 'error' : 'json', text, value };
  }
  return { number, kind: isError ? 'error' : 'plain', text };
}

/** Colours and movements of a terminal taken out, other controls as their pictures. */
export function shown(text: string): string {
  return text.replace(ESCAPES, '').replace(CONTROLS, picture);
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code);
  }
  return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`;
}

function jsonOf(text: string): object | undefined {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed) || trimmed.length > JSON_LENGTH_MAX) {
    return undefined;
  }
  try {
    const value = JSON.parse(trimmed) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A return value as it is best read: JSON with its parts on lines of their own. */
export function pretty(text: string): string {
  const value = jsonOf(text);
  return value === undefined ? shown(text) : shown(JSON.stringify(value, null, 2));
}

/** @returns the text in parts, the odd ones of which match, whatever their letters' case */
export function highlighted(text: string, search: string): string[] {
  if (search === '') {
    return [text];
  }
  const parts: string[] = [];
  const [hay, needle] = [text.toLowerCase(), search.toLowerCase()];
  // Letters that become longer in small ones would shift all that follows.
  if (hay.length !== text.length) {
    return text.split(search).flatMap((part, at) => (at === 0 ? [part] : [search, part]));
  }
  let from = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + needle.length));
    from = at + needle.length;
  }
  parts.push(text.slice(from));
  return parts;
}
