// Moments as people write them, and windows of time as addresses hold them.

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const AGO = /^(?:\d+[smhdw])+$/;
const PART = /(\d+)([smhdw])/g;
const EPOCH = /^\d{9,13}$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?$/i;
const ZONED = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
/** 2200-01-01: what comes after it is no time of a run. */
const MS_MAX = 7_258_118_400_000;

/**
 * @param text 90s, 5m, 1h30m, 2d (before now), now, today, yesterday, a date and time (of here, or
 *   with a zone), or seconds or milliseconds since 1970
 * @returns milliseconds since 1970; undefined where it is none of these
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const given = text.trim();
  const word = given.toLowerCase();
  if (word === 'now') {
    return nowMs;
  }
  if (word === 'today' || word === 'yesterday') {
    const day = new Date(nowMs);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() - (word === 'today' ? 0 : 1));
    return day.getTime();
  }
  if (AGO.test(word)) {
    return bounded(nowMs - durationMs(word));
  }
  if (EPOCH.test(given)) {
    return bounded(Number(given) * (given.length > 10 ? 1 : 1_000));
  }
  if (!hasDay(given)) {
    return undefined;
  }
  if (ZONED.test(given)) {
    return bounded(Date.parse(given.replace(' ', 'T').toUpperCase()));
  }
  const [, date, time] = LOCAL.exec(given) ?? [];
  return date === undefined ? undefined : bounded(Date.parse(`${date}T${time ?? '00:00'}`));
}

/** Whether there is a day of this date: a browser takes 30 February for one in March. */
function hasDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

function bounded(ms: number): number | undefined {
  return ms >= 0 && ms < MS_MAX ? ms : undefined;
}

/** @param text as in 1h30m */
function durationMs(text: string): number {
  let sum = 0;
  for (const [, digits, unit = ''] of text.matchAll(PART)) {
    sum += Number(digits) * (UNITS_MS[unit] ?? 0);
  }
  return sum;
}

export interface Window {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Moves with the clock: its end is now. */
  readonly isLive: boolean;
}

export const DEFAULT_SINCE = '24h';

/**
 * @param parameters of an address: `since` and `until` as parseMoment takes them, and `at` in
 *   milliseconds since 1970, when the clock of this address stopped
 */
export function windowOf(parameters: URLSearchParams, clockMs: number): Window {
  const stoppedMs = bounded(Number(parameters.get('at') ?? Number.NaN));
  const nowMs = stoppedMs ?? clockMs;
  const until = parameters.get('until');
  const untilMs = until === null ? stoppedMs : parseMoment(until, nowMs);
  const end = untilMs ?? nowMs;
  const since = parseMoment(parameters.get('since') ?? DEFAULT_SINCE, nowMs);
  const sinceMs = since !== undefined && since < end ? since : end - 86_400_000;
  return { sinceMs, untilMs: end, isLive: untilMs === undefined };
}

/**
 * @param text one moment before now, or two with a dash or "to" between them, in any form of
 *   parseMoment
 * @returns as addresses hold it
 */
export function parseWindow(
  text: string,
  nowMs: number,
): { readonly since: string; readonly until: string | undefined } | undefined {
  const [from = '', to = 'now', ...more] = text.split(/\s+(?:-|–|—|to|until|至|到)\s+|\s*\.\.\s*/i);
  const [start, end] = [parseMoment(from, nowMs), parseMoment(to, nowMs)];
  if (more.length > 0 || start === undefined || end === undefined || start >= end) {
    return undefined;
  }
  const isOpen = to.trim().toLowerCase() === 'now';
  return { since: addressText(from, start), until: isOpen ? undefined : addressText(to, end) };
}

/** What moves with the clock stays as it is written; the rest becomes the same everywhere. */
function addressText(text: string, ms: number): string {
  const word = text.trim().toLowerCase();
  return AGO.test(word) ? word : rfc3339(ms);
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * @param time RFC 3339 in UTC, with six digits of a second at most
 * @returns the microsecond after it
 */
export function microsecondAfter(time: string): string {
  const [, seconds = time, digits = ''] = /^([^.]+?)(?:\.(\d{1,6}))?Z$/.exec(time) ?? [];
  const us = Number(digits.padEnd(6, '0')) + 1;
  return us === 1_000_000
    ? rfc3339(Date.parse(`${seconds}Z`) + 1_000)
    : `${seconds}.${String(us).padStart(6, '0')}Z`;
}

/** Lengths of slices, in seconds, that charts have. */
const STEPS = [
  ...[1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400],
  ...[7 * 86_400, 28 * 86_400, 364 * 86_400],
];

/** @returns the shortest that gives so many slices at most */
export function stepSeconds({ sinceMs, untilMs }: Window, slicesMax: number): number {
  const seconds = (untilMs - sinceMs) / 1_000;
  return STEPS.find((step) => seconds / step <= slicesMax) ?? 364 * 86_400;
}
