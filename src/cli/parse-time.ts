// Times as people type them: 90s, 5m, 1h30m, 2d, yesterday, RFC 3339, a local date and time, an
// epoch.

import { AppError, shownValue } from '../domain/errors.ts';
import { parseRfc3339Us, TIME_US_MAX } from '../domain/rfc3339.ts';

const AGO = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const EPOCH = /^(\d{10}|\d{13})(?:\.(\d{1,6}))?$/;

const UNIT_SECONDS = [7 * 86_400, 86_400, 3_600, 60, 1];

/**
 * @param text a time ago (2h30m), `now`, `today`, `yesterday` (both at midnight of this machine's
 *   zone), RFC 3339, `YYYY-MM-DD` with or without ` HH:MM[:SS]` in this machine's zone, or seconds
 *   or milliseconds since 1970
 * @param option the option it was given to, for the message
 * @param nowMs milliseconds since 1970
 * @returns microseconds since 1970
 * @throws AppError invalid_parameter also for a time outside 1970 to 2200
 */
export function parseTimeUs(text: string, option: string, nowMs: number): number {
  const us =
    parseRfc3339Us(text) ?? relativeUs(text, nowMs) ?? epochUs(text) ?? localUs(text, nowMs);
  if (us === undefined || us < 0 || us >= TIME_US_MAX) {
    throw new AppError(
      'invalid_parameter',
      `${option} is ${shownValue(text)}: it takes 90s, 5m, 1h30m, 2d, yesterday, ` +
        '2026-01-31T12:00:00Z, "2026-01-31 12:00:00" or an epoch, between 1970 and 2200',
    );
  }
  return us;
}

function relativeUs(text: string, nowMs: number): number | undefined {
  if (text === 'now') {
    return nowMs * 1000;
  }
  const match = text === '' ? null : AGO.exec(text);
  if (match === null) {
    return undefined;
  }
  const seconds = match
    .slice(1)
    .reduce((sum, count, index) => sum + Number(count ?? 0) * (UNIT_SECONDS[index] ?? 0), 0);
  return (nowMs - seconds * 1000) * 1000;
}

function epochUs(text: string): number | undefined {
  const match = EPOCH.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, whole = '', fraction = ''] = match;
  const digits = whole.length === 10 ? 6 : 3;
  // Put together as text: 0.000249 times a million is less than 249.
  return Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
}

function localUs(text: string, nowMs: number): number | undefined {
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  if (text === 'today') {
    return midnight.getTime() * 1000;
  }
  if (text === 'yesterday') {
    midnight.setDate(midnight.getDate() - 1);
    return midnight.getTime() * 1000;
  }
  const match = LOCAL.exec(text);
  if (match === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const isDate =
    date.getFullYear() === year && date.getMonth() === (month ?? 1) - 1 && date.getDate() === day;
  const isTime = (minute ?? 0) < 60 && (second ?? 0) < 60;
  return isDate && isTime ? date.getTime() * 1000 : undefined;
}
