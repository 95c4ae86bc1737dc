// Prints instants as `YYYY-MM-DD HH:MM:SS` in one time zone. Intl knows the zones but takes
// microseconds for each instant; a page has up to 10,000, so offsets are kept by quarter hours.

import { buildOffsetMs } from './zone-offset.ts';

/** Microseconds since 1970 to text in the zone. */
export type TimeText = (timeUs: number) => string;

const SLOT_MS = 15 * 60 * 1000;
const SLOTS_KEPT_MAX = 4096;

/**
 * A printer for one zone. Fractions of a second are cut off, not rounded.
 *
 * @param timeZone IANA name
 * @throws AppError invalid_setting for a zone that the runtime does not know
 */
export function buildTimeText(timeZone: string): TimeText {
  const offsetMsAt = buildOffsetMs(timeZone);
  // The offset of a slot at both of whose ends it is the same; NaN where it changes within.
  const offsetsMs = new Map<number, number>();

  const offsetMsOfSlot = (slot: number): number => {
    const known = offsetsMs.get(slot);
    if (known !== undefined) {
      return known;
    }
    const first = offsetMsAt(slot * SLOT_MS);
    const last = offsetMsAt((slot + 1) * SLOT_MS - 1000);
    const offsetMs = first === last ? first : Number.NaN;
    if (offsetsMs.size >= SLOTS_KEPT_MAX) {
      offsetsMs.clear();
    }
    offsetsMs.set(slot, offsetMs);
    return offsetMs;
  };

  return (timeUs) => {
    const timeMs = Math.floor(timeUs / 1_000_000) * 1000;
    const ofSlot = offsetMsOfSlot(Math.floor(timeMs / SLOT_MS));
    const offsetMs = Number.isNaN(ofSlot) ? offsetMsAt(timeMs) : ofSlot;
    const text = new Date(timeMs + offsetMs).toISOString();
    return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  };
}
