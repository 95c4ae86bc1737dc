// The log of a run, line by line. It is anybody's text: what moves a terminal is taken out or shown,
// and nothing of it ever becomes markup.

import { isWrongText, isWrongValue } from './severity.ts';

type LineKind = 'platform' | 'error' | 'json' | 'plain';

export interface LogLine {
  readonly number: number;
  readonly kind: LineKind;
  readonly text: string;
  /** Whether it is JSON, which can be laid out. */
  readonly isJson: boolean;
}

const PLATFORM = /^(?:START|Event|END|Report|REPORT|XRAY|INIT_START) (?:RequestId|Runtime)/;
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Longer JSON is not worth the folding. */
const JSON_LENGTH_MAX = 200_000;
/** Of a long line. */
const SEVERITY_LENGTH = 10_000;
/** Texts with their escapes, marks, and everything else between them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const INDENT = '  ';
/** What is nested deeper stands no further in: a line of brackets must not become gigabytes. */
const DEPTH_MAX = 40;

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
    return { number, kind: 'platform', text, isJson: false };
  }
  const value = jsonOf(raw);
  if (value !== undefined) {
    return { number, kind: isWrongValue(value) ? 'error' : 'json', text, isJson: true };
  }
  const isWrong = isWrongText(text.slice(0, SEVERITY_LENGTH));
  return { number, kind: isWrong ? 'error' : 'plain', text, isJson: false };
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

/**
 * JSON with its parts on lines of their own. The text itself is laid out, not what it means: long
 * numbers keep their digits, doubled keys stay, and what is written as an escape is shown as one.
 */
export function pretty(text: string): string {
  return shown(jsonOf(text) === undefined ? text : laidOut(text));
}

function laidOut(text: string): string {
  let depth = 0;
  let before = '';
  const line = () => `\n${INDENT.repeat(Math.min(depth, DEPTH_MAX))}`;
  const parts = (text.match(TOKEN) ?? []).map((token) => {
    const [isAfterOpening, isOpening, isClosing] = [
      /^[{[]$/.test(before),
      /^[{[]$/.test(token),
      /^[}\]]$/.test(token),
    ];
    depth -= isClosing ? 1 : 0;
    const breaksLine = isClosing ? !isAfterOpening : /^[{[,]$/.test(before);
    const part = `${breaksLine ? line() : ''}${token}${token === ':' ? ' ' : ''}`;
    depth += isOpening ? 1 : 0;
    before = token;
    return part;
  });
  return parts.join('');
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
