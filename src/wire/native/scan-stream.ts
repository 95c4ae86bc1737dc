// A body of NDJSON, read while it comes in: the lines of each piece are handed on before the next one
// has arrived. A JSON array is collected first: where its elements end shows only at the end.

import { isUtf8 } from 'node:buffer';
import type { Candidate, UnreadCandidate } from '../../domain/candidate.ts';
import { type ScanOptions, scanInvocations, scanLines } from './decode-invocations.ts';
import { RecordScanner } from './scan-record.ts';

const NEWLINE = 0x0a;
const BRACKET_OPEN = 0x5b;
/** White space of JSON, and the mark that some editors put before UTF-8. */
const SPACE = new Set([0x20, 0x09, 0x0d, NEWLINE, 0xef, 0xbb, 0xbf]);

/**
 * @param pieces of the body after decompression; each is read before the next one is asked for
 * @returns for each piece the elements that it completes, to be read before the next piece
 */
export async function* scanStream(
  pieces: AsyncIterable<Buffer>,
  options: ScanOptions,
): AsyncGenerator<Iterable<Candidate | UnreadCandidate>> {
  const reader = new LineReader(options);
  let whole: Buffer[] | undefined;
  for await (const piece of pieces) {
    if (whole === undefined && reader.isAtStart && beginsArray(piece)) {
      whole = [];
    }
    if (whole === undefined) {
      yield reader.read(piece);
    } else {
      whole.push(piece);
    }
  }
  yield whole === undefined ? reader.end() : scanInvocations(Buffer.concat(whole), options);
}

/** A piece of white space alone leaves it open; nobody sends a bracket that late. */
function beginsArray(piece: Buffer): boolean {
  return piece.find((byte) => !SPACE.has(byte)) === BRACKET_OPEN;
}

/** Cuts pieces into lines and keeps the beginning of a line whose end has not come. */
class LineReader {
  readonly #options: ScanOptions;
  readonly #scanner: RecordScanner;
  /** Pieces of the line that is not complete. */
  #rest: Buffer[] = [];
  #lines = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#scanner = new RecordScanner(options);
  }

  /** Whether nothing has been read yet. */
  get isAtStart(): boolean {
    return this.#lines === 0 && this.#rest.length === 0;
  }

  *read(piece: Buffer): Generator<Candidate | UnreadCandidate> {
    const first = piece.indexOf(NEWLINE);
    if (first === -1) {
      this.#rest.push(piece);
      return;
    }
    const last = piece.lastIndexOf(NEWLINE);
    const begun = Buffer.concat([...this.#rest, piece.subarray(0, first + 1)]);
    this.#rest = last + 1 < piece.length ? [piece.subarray(last + 1)] : [];
    yield* this.#scan(begun);
    if (last > first) {
      yield* this.#scan(piece.subarray(first + 1, last + 1));
    }
  }

  /** @returns the last line, where no newline ends it */
  end(): Iterable<Candidate | UnreadCandidate> {
    return this.#scan(Buffer.concat(this.#rest));
  }

  *#scan(bytes: Buffer): Generator<Candidate | UnreadCandidate> {
    const from = this.#lines;
    this.#lines = yield* scanLines(bytes, {
      ...this.#options,
      scanner: this.#scanner,
      allUtf8: isUtf8(bytes),
      linesBefore: from,
    });
  }
}
