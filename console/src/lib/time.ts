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
const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?$/;
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
  if (ZONED.test(given)) {
    return bounded(Date.parse(given.replace(' ', 'T')));
  }
  const [, date, time] = LOCAL.exec(given) ?? [];
  return date === undefined ? undefined : bounded(Date.parse(`${date}T${time ?? '00:00'}`));
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

/** @param parameters of an address: `since` and `until` as parseMoment takes them */
export function windowOf(parameters: URLSearchParams, nowMs: number): Window {
  const until = parameters.get('until');
  const untilMs = until === null ? undefined : parseMoment(until, nowMs);
  const end = untilMs ?? nowMs;
  const since = parseMoment(parameters.get('since') ?? DEFAULT_SINCE, nowMs);
  const sinceMs = since !== undefined && since < end ? since : end - 86_400_000;
  return { sinceMs, untilMs: end, isLive: untilMs === undefined };
}

/**
 * @param text one moment, or two with a dash or "to" between them, in any form of parseMoment
 * @returns as addresses hold it
 */
export function parseWindow(
  text: string,
  nowMs: number,
): { readonly since: string; readonly until: string | undefined } | undefined {
  const [from = '', to, ...more] = text.split(/\s+(?:-|–|—|to|until|至|到)\s+|\s*\.\.\s*/i);
  if (more.length > 0 || parseMoment(from, nowMs) === undefined) {
    return undefined;
  }
  if (to === undefined || to.trim().toLowerCase() === 'now') {
    return { since: addressText(from, nowMs), until: undefined };
  }
  const [start, end] = [parseMoment(from, nowMs), parseMoment(to, nowMs)];
  return start !== undefined && end !== undefined && start < end
    ? { since: addressText(from, nowMs), until: addressText(to, nowMs) }
    : undefined;
}

/** What moves with the clock stays as it is written; the rest becomes the same everywhere. */
function addressText(text: string, nowMs: number): string {
  const given = text.trim().toLowerCase();
  const ms = parseMoment(given, nowMs);
  return AGO.test(given) || ms === undefined ? given : rfc3339(ms);
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
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
