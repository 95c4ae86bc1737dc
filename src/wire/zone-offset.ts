// The offset of a time zone, from the runtime's own zone data.

import { AppError, shownValue } from '../domain/errors.ts';

/**
 * How far a zone is ahead of UTC at an instant. Takes microseconds for each.
 *
 * @param timeZone IANA name
 * @returns milliseconds since 1970 to milliseconds ahead of UTC
 * @throws AppError invalid_setting for a zone that the runtime does not know
 */
export function buildOffsetMs(timeZone: string): (timeMs: number) => number {
  const format = buildFormat(timeZone);
  return (timeMs) => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(timeMs)) {
      parts[type] = Number(value);
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - timeMs;
  };
}

function buildFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new AppError(
      'invalid_setting',
      `time zone ${shownValue(timeZone)} is not known: an IANA name like "Asia/Shanghai" is accepted`,
      { cause },
    );
  }
}
