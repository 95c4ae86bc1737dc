// The log of a run, put together from lines in any order. The text is the beginning of all lines
// in the order of their time, as far as the bound lets in: further lines only push its end further
// to the front, so what was cut off once never has to come back, and no order of arrival shows.

import { hash } from 'node:crypto';
import type { LogLine } from '../domain/fragment.ts';
import { cutText } from './cut-text.ts';

/** Lines of one run that are told apart; the earliest are. */
export const LINES_TOLD_APART_MAX = 20_000;

/**
 * What names a line: a letter and, for `i`, the source's id of it, for `h` a hash of its text,
 * which names it together with its time. `b` is the log of a record that came whole.
 */
type LineKey = string;
const BLOCK_KEY: LineKey = 'b';

export interface KnownLine {
  readonly timeUs: number;
  readonly key: LineKey;
  /** What the log shows of it. */
  readonly text: string;
  /** Of `text`, in UTF-8. */
  readonly textBytes: number;
  /** Of the whole line, in UTF-8. */
  readonly bytes: number;
}

export interface RunLog {
  readonly text: string;
  /** In order. */
  readonly lines: readonly KnownLine[];
  /** How many lines the text holds, the first of them all; the last one may be cut. */
  readonly shownCount: number;
  /** Bytes that are counted as cut and that no line here stands for. */
  readonly lostBytes: number;
  /** The latest time of a line among them; undefined where none is. */
  readonly lostUs: number | undefined;
}

export const emptyLog: RunLog = {
  text: '',
  lines: [],
  shownCount: 0,
  lostBytes: 0,
  lostUs: undefined,
};

/** A line of one of several fragments. */
export interface ToldLine {
  readonly line: LogLine;
  /** Which fragment tells it. */
  readonly from: number;
}

/**
 * @param told the lines of one request, in the order of arrival
 * @param textBytesMax the most bytes of the text
 * @returns the log (`known` itself where nothing is new), and the fragments that told something new
 */
export function joinLines(
  known: RunLog,
  told: readonly ToldLine[],
  textBytesMax: number,
): { log: RunLog; news: ReadonlySet<number> } {
  const { lines, added } = withTold(known.lines, told);
  if (added.size === 0) {
    return { log: known, news: new Set() };
  }
  lines.sort(compareLines);
  const kept = lines.slice(0, LINES_TOLD_APART_MAX);
  const lost = lose(known, lines.slice(LINES_TOLD_APART_MAX), added);
  const news = new Set([...kept, ...lost.counted].flatMap((line) => added.get(line) ?? []));
  if (news.size === 0) {
    return { log: known, news };
  }
  const { lostBytes, lostUs } = lost;
  return { log: { ...show(kept, textBytesMax), lostBytes, lostUs }, news };
}

/** @returns how many bytes of UTF-8 of the run's lines, joined, the text does not hold */
export function cutBytesOf({ lines, shownCount, lostBytes }: RunLog): number {
  return lines.reduce(
    (sum, line, at) => sum + (at < shownCount ? line.bytes - line.textBytes : bytesWithEnd(line)),
    lostBytes,
  );
}

/** The log of a record that came whole: one block, whatever lines it is made of. */
export function logOfWhole(text: string, startTimeUs: number, cutBytes: number): RunLog {
  const bytes = Buffer.byteLength(text);
  const block = { timeUs: startTimeUs, key: BLOCK_KEY, text, textBytes: bytes, bytes };
  const lines = text === '' ? [] : [block];
  return { text, lines, shownCount: lines.length, lostBytes: cutBytes, lostUs: undefined };
}

/** All lines, unordered at their end, and those of them that nobody told before. */
function withTold(
  known: readonly KnownLine[],
  told: readonly ToldLine[],
): { lines: KnownLine[]; added: Map<KnownLine, number> } {
  const lines = [...known];
  const added = new Map<KnownLine, number>();
  const places = placesByName(known);
  const timesTold = new Map<string, number>();
  for (const { line, from } of told) {
    const next = knownLineOf(line);
    const name = nameOf(next);
    // A source without ids may write a text twice at one time: within a request each counts, and
    // the n-th of one request is the n-th of another.
    const nth = line.id === undefined ? (timesTold.get(name) ?? 0) : 0;
    timesTold.set(name, nth + 1);
    const place = places.get(name)?.[nth];
    const old = place === undefined ? undefined : lines[place];
    if (place === undefined || old === undefined) {
      addPlace(places, name, lines.length);
      lines.push(next);
      added.set(next, from);
    } else if (replaces(next, old)) {
      lines[place] = next;
      added.set(next, from);
    }
  }
  return { lines, added };
}

function placesByName(lines: readonly KnownLine[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, line] of lines.entries()) {
    addPlace(places, nameOf(line), place);
  }
  return places;
}

function addPlace(places: Map<string, number[]>, name: string, place: number): void {
  const same = places.get(name);
  if (same === undefined) {
    places.set(name, [place]);
  } else {
    same.push(place);
  }
}

function knownLineOf({ timeUs, text, id }: LogLine): KnownLine {
  const key = id === undefined ? `h${hash('sha1', text, 'base64url').slice(0, 8)}` : idKeyOf(id);
  const bytes = Buffer.byteLength(text);
  return { timeUs, key, text, textBytes: bytes, bytes };
}

const ID_LENGTH_MAX = 64;

function idKeyOf(id: string): LineKey {
  return `i${id.length <= ID_LENGTH_MAX ? id : hash('sha1', id)}`;
}

/** Equal for lines that are one. */
function nameOf({ timeUs, key }: KnownLine): string {
  return key.startsWith('h') ? `${key} ${timeUs}` : key;
}

/**
 * A source that gives one id to two lines: the earlier counts, then the longer, then the one that
 * sorts last. Where a cut has taken the text of the old one, one as long counts as the same.
 */
function replaces(next: KnownLine, old: KnownLine): boolean {
  if (!next.key.startsWith('i')) {
    return false;
  }
  const apart = next.timeUs - old.timeUs || old.bytes - next.bytes;
  return apart < 0 || (apart === 0 && isComplete(old) && next.text > old.text);
}

const ranks: Readonly<Record<string, number>> = { b: 0, i: 1, h: 2 };

/** Lines without an id keep, at one time, the order in which they are. */
function compareLines(a: KnownLine, b: KnownLine): number {
  const apart = a.timeUs - b.timeUs || rankOf(a) - rankOf(b);
  if (apart !== 0 || !a.key.startsWith('i')) {
    return apart;
  }
  // Decimal ids are numbers of any size.
  return a.key.length - b.key.length || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function rankOf({ key }: KnownLine): number {
  return ranks[key.charAt(0)] ?? 2;
}

/**
 * Counts lines that are too many to be told apart. Of those that are new, only ones later than all
 * that were counted before are: an earlier one may have been counted already. So sending again
 * counts nothing twice, and what comes late, out of order, is left out of the count.
 */
function lose(
  { lostBytes, lostUs = -1 }: RunLog,
  over: readonly KnownLine[],
  added: ReadonlyMap<KnownLine, number>,
) {
  const counted = over.filter((line) => !added.has(line) || line.timeUs > lostUs);
  const latest = over.reduce((most, { timeUs }) => Math.max(most, timeUs), lostUs);
  return {
    counted,
    lostBytes: counted.reduce((sum, line) => sum + bytesWithEnd(line), lostBytes),
    lostUs: latest < 0 ? undefined : latest,
  };
}

/** Joins lines until one does not fit, or has been cut before; what is not shown is forgotten. */
function show(
  lines: readonly KnownLine[],
  bytesMax: number,
): Pick<RunLog, 'text' | 'lines' | 'shownCount'> {
  const shown: KnownLine[] = [];
  let room = bytesMax;
  for (const line of lines) {
    const available = shown.length === 0 ? room : room - 1;
    if (!isComplete(line) || line.bytes > available) {
      const { text, cutBytes } = cutText(line.text, Math.max(available, 0));
      if (shown.length === 0 || text !== '') {
        shown.push({ ...line, text, textBytes: line.textBytes - cutBytes });
      }
      break;
    }
    shown.push(line);
    room = available - line.bytes;
  }
  const hidden = lines.slice(shown.length).map((line) => ({ ...line, text: '', textBytes: 0 }));
  return {
    text: shown.map(({ text }) => text).join('\n'),
    lines: [...shown, ...hidden],
    shownCount: shown.length,
  };
}

function isComplete({ bytes, textBytes }: KnownLine): boolean {
  return bytes === textBytes;
}

function bytesWithEnd({ bytes }: KnownLine): number {
  return bytes + 1;
}
