// RFC 3339 times with a zone, to the microsecond.

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Times of ours lie between 1970 and here, which every engine and client can hold. */
export const TIME_US_MAX = Date.UTC(2200, 0, 1) * 1000;

/**
 * @param text such as 2026-01-31T12:00:00.123456Z or 2026-01-31T20:00:00+08:00
 * @returns microseconds since 1970 (further digits are cut off), or undefined for any other text,
 *   for a date that does not exist, and for one outside 1970 to 2200
 */
export function parseRfc3339Us(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, date = '', time = '', fraction = '', zone = ''] = match;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(ms) || !existsInCalendar(date)) {
    return undefined;
  }
  const us = ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return us >= 0 && us < TIME_US_MAX ? us : undefined;
}

/** Date.parse takes 31 February for 3 March. */
function existsInCalendar(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
