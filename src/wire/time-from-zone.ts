// Reads `YYYY-MM-DD HH:MM:SS`, the vendor's way to write times, as instants of one time zone.

import { TIME_US_MAX } from '../domain/rfc3339.ts';
import { buildOffsetMs } from './zone-offset.ts';

/** The instants that a text names, to the whole second, in microseconds since 1970. */
export interface ZonedSecond {
  /** Where clocks are put back, the earlier of the two; everywhere else the same as `lastUs`. */
  readonly firstUs: number;
  readonly lastUs: number;
}

export type ReadZonedTime = (text: string) => ZonedSecond | undefined;

const TIME_TEXT = /^(\d{4}-\d{2}-\d{2}) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)$/;
const DAY_MS = 86_400_000;

/**
 * A reader for one zone. A text that the clock skips is taken as if it had not been put forward.
 *
 * @param timeZone IANA name
 * @returns a function that gives undefined for any other text, for a date that does not exist, and
 *   for one outside 1970 to 2200
 * @throws AppError invalid_setting for a zone that the runtime does not know
 */
export function buildReadZonedTime(timeZone: string): ReadZonedTime {
  const offsetMsAt = buildOffsetMs(timeZone);
  return (text) => {
    const [, date = '', time = ''] = TIME_TEXT.exec(text) ?? [];
    const localMs = Date.parse(`${date}T${time}Z`);
    if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(date)) {
      return undefined;
    }
    const before = localMs - offsetMsAt(localMs - DAY_MS);
    const after = localMs - offsetMsAt(localMs + DAY_MS);
    const named = [before, after].filter((timeMs) => timeMs + offsetMsAt(timeMs) === localMs);
    const instants = (named.length === 0 ? [before] : named).map((timeMs) => timeMs * 1000);
    const firstUs = Math.min(...instants);
    const lastUs = Math.max(...instants);
    return firstUs >= 0 && lastUs < TIME_US_MAX ? { firstUs, lastUs } : undefined;
  };
}
