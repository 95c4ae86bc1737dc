// Where earlier replacements stand in a text: they are never taken apart.

export interface Span {
  /** UTF-16 units, like the end. */
  readonly start: number;
  /** The first unit that no longer belongs to it. */
  readonly end: number;
}

const MARKER_BEGIN = '[redacted:';
const MARKER = /\[redacted:[\w-]{1,64}\]/g;
const QUOTED_MARKER = /^"?\[redacted:[\w-]{1,64}\]"?$/;

/** Whether a value, as a text or as JSON writes it, is a marker and nothing more. */
export function isMarker(text: string): boolean {
  return QUOTED_MARKER.test(text);
}

/**
 * @param found in ascending order, not overlapping
 * @returns the same without those inside of a marker, and with those that reach into one grown over
 *   it; where that makes two meet they are one
 */
export function widened(text: string, found: readonly Span[]): readonly Span[] {
  if (!text.includes(MARKER_BEGIN)) {
    return found;
  }
  const markers = Array.from(text.matchAll(MARKER), ({ index, 0: marker }) => ({
    start: index,
    end: index + marker.length,
  }));
  const spans: Span[] = [];
  let next = 0;
  for (const span of found) {
    while (next < markers.length && (markers[next]?.end ?? 0) <= span.start) {
      next += 1;
    }
    const grown = growOver(span, markers, next);
    const last = spans.at(-1);
    if (grown !== undefined && last !== undefined && grown.start < last.end) {
      spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, grown.end) };
    } else if (grown !== undefined) {
      spans.push(grown);
    }
  }
  return spans;
}

/** @param from the first marker that ends after the span's start */
function growOver(span: Span, markers: readonly Span[], from: number): Span | undefined {
  let { start, end } = span;
  for (let at = from; at < markers.length; at += 1) {
    const marker = markers[at];
    if (marker === undefined || marker.start >= end) {
      break;
    }
    if (marker.start <= span.start && span.end <= marker.end) {
      return undefined;
    }
    start = Math.min(start, marker.start);
    end = Math.max(end, marker.end);
  }
  return { start, end };
}
