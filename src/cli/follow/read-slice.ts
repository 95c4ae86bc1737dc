// Whole lines of a text from a position on, in bounds.

import { FINGERPRINT_BYTES } from './fingerprint.ts';
import type { PlainBytes } from './plain-bytes.ts';

export interface SliceLine {
  /** Where it begins, in bytes of the text. */
  readonly at: number;
  /** Without its end; of an unreadable one the beginning. */
  readonly bytes: Buffer;
  readonly unreadable?: string;
}

/** A piece of a text that is delivered as one. */
export interface LineSlice {
  readonly from: number;
  readonly to: number;
  /** None where there is nothing in it that would have to be delivered. */
  readonly lines: readonly SliceLine[];
  /** The first and the last bytes of the piece, as many as a fingerprint is taken of. */
  readonly first: Buffer;
  readonly last: Buffer;
  /** It ends within a line that is too long: the rest of that line is passed over. */
  readonly skipsLine: boolean;
}

export interface SliceBounds {
  readonly recordsMax: number;
  /** A single line may have more. */
  readonly bytesMax: number;
  readonly lineBytesMax: number;
}

export interface SliceOptions extends SliceBounds {
  /** The position lies within a line that is too long. */
  readonly skipsLine: boolean;
  /** A last line without an end counts: nobody is going to complete it. */
  readonly takesRest: boolean;
}

const NEWLINE = 0x0a;
const ZERO = 0x00;

/** @returns undefined where there is no whole line */
export async function readSlice(
  text: PlainBytes,
  from: number,
  options: SliceOptions,
): Promise<LineSlice | undefined> {
  const { bytesMax, lineBytesMax, takesRest } = options;
  let data = await text.read(from, bytesMax);
  if (options.skipsLine) {
    return restOfLongLine(data, from);
  }
  if (data[0] === ZERO) {
    return await zerosBefore(text, from, data);
  }
  if (data.length >= bytesMax && !data.includes(NEWLINE)) {
    data = await text.read(from, lineBytesMax + 1);
  }
  const end = data.lastIndexOf(NEWLINE) + 1;
  if (end > 0) {
    return linesOf(data.subarray(0, end), from, options);
  }
  if (data.length > lineBytesMax) {
    return longLine(data, from, lineBytesMax);
  }
  return takesRest && data.length > 0 ? linesOf(data, from, options) : undefined;
}

function linesOf(data: Buffer, from: number, { recordsMax }: SliceBounds): LineSlice {
  const lines: SliceLine[] = [];
  let begin = 0;
  while (begin < data.length && lines.length < recordsMax) {
    const newline = data.indexOf(NEWLINE, begin);
    const end = newline === -1 ? data.length : newline;
    if (end > begin) {
      lines.push({ at: from + begin, bytes: data.subarray(begin, end) });
    }
    begin = Math.min(data.length, end + 1);
  }
  return pieceOf(data.subarray(0, begin), from, lines);
}

/** What there is of it is given up at once: it may never end. */
function longLine(data: Buffer, from: number, lineBytesMax: number): LineSlice {
  const unreadable = `is longer than ${lineBytesMax} bytes`;
  const line = { at: from, bytes: data.subarray(0, FINGERPRINT_BYTES), unreadable };
  return { ...pieceOf(data, from, [line]), skipsLine: true };
}

function restOfLongLine(data: Buffer, from: number): LineSlice | undefined {
  const newline = data.indexOf(NEWLINE);
  const rest = newline === -1 ? data : data.subarray(0, newline + 1);
  return rest.length === 0 ? undefined : { ...pieceOf(rest, from, []), skipsLine: newline === -1 };
}

/**
 * A program that writes on at its old place after its file was cut to nothing leaves a hole before
 * its next line.
 */
async function zerosBefore(
  text: PlainBytes,
  from: number,
  firstPiece: Buffer,
): Promise<LineSlice | undefined> {
  let at = from;
  for (let piece = firstPiece; piece.length > 0; piece = await text.read(at, firstPiece.length)) {
    const place = piece.findIndex((byte) => byte !== ZERO);
    if (place !== -1) {
      const zeros = Buffer.alloc(Math.min(FINGERPRINT_BYTES, at + place - from));
      return { from, to: at + place, lines: [], first: zeros, last: zeros, skipsLine: false };
    }
    at += piece.length;
  }
  // They may yet be written over.
  return undefined;
}

function pieceOf(piece: Buffer, from: number, lines: readonly SliceLine[]): LineSlice {
  return {
    from,
    to: from + piece.length,
    lines,
    first: piece.subarray(0, FINGERPRINT_BYTES),
    last: piece.subarray(-FINGERPRINT_BYTES),
    skipsLine: false,
  };
}
