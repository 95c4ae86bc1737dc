// Many texts as one run of bytes: each as its length (LEB128) and its UTF-8. A record's log is then
// copied once on its way to disk, and ten thousand texts are a few buffers instead of as many objects.

const LENGTH_BYTES_MAX = 5;
const CAPACITY_MIN = 1024;
const COUNT_MIN = 64;

export class TextColumn {
  /** Lengths and texts, up to `end`. */
  bytes: Buffer;
  /** The same bytes, for whoever reads several at once. */
  view: DataView;
  end = 0;
  /** Where the length of each text stands. */
  #starts: Uint32Array;
  #count = 0;

  /** @param bytesExpected room that is made at once */
  constructor(bytesExpected = CAPACITY_MIN) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(CAPACITY_MIN, bytesExpected));
    this.view = viewOf(this.bytes);
    this.#starts = new Uint32Array(COUNT_MIN);
  }

  get count(): number {
    return this.#count;
  }

  /** @param text well-formed Unicode */
  push(text: string): void {
    // Three bytes at most for each UTF-16 unit; mostly one.
    const at = this.open(text.length * 3, text.length);
    this.close(at, text === '' ? 0 : this.bytes.write(text, at));
  }

  /**
   * Makes room for a text of at most `bytesMax` bytes, which the caller writes into `bytes`.
   *
   * @param bytesExpected what it is likely to have: another number of bytes may cost a move
   * @returns where it begins
   */
  open(bytesMax: number, bytesExpected: number): number {
    const at = this.end + lengthBytesOf(bytesExpected);
    if (at + bytesMax + LENGTH_BYTES_MAX > this.bytes.length) {
      this.#grow(at + bytesMax + LENGTH_BYTES_MAX);
    }
    return at;
  }

  /** Takes the `size` bytes that were written at `at`, the place of the last `open`, as a text. */
  close(at: number, size: number): void {
    const { bytes } = this;
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts);
    }
    this.#starts[this.#count] = this.end;
    this.#count += 1;
    const begin = this.end + lengthBytesOf(size);
    if (begin !== at) {
      bytes.copyWithin(begin, at, at + size);
    }
    let rest = size;
    for (let place = this.end; place < begin; place++) {
      bytes[place] = rest > 0x7f ? (rest & 0x7f) | 0x80 : rest;
      rest >>>= 7;
    }
    this.end = begin + size;
  }

  /** Forgets every text and keeps the room. */
  clear(): void {
    this.end = 0;
    this.#count = 0;
  }

  /** Takes back every text from `count` on. */
  truncate(count: number): void {
    if (count < this.#count) {
      this.end = this.#starts[count] ?? 0;
      this.#count = count;
    }
  }

  /** Where the text of a row begins; it reaches to `toOf` of the row. */
  fromOf(row: number): number {
    let at = this.#starts[row] ?? this.end;
    while (((this.bytes[at] as number) & 0x80) !== 0) {
      at += 1;
    }
    return at + 1;
  }

  toOf(row: number): number {
    return row + 1 < this.#count ? (this.#starts[row + 1] ?? this.end) : this.end;
  }

  textAt(row: number): string {
    return this.bytes.toString('utf8', this.fromOf(row), this.toOf(row));
  }

  /** Whether two rows hold the same text. */
  sameAt(row: number, other: number): boolean {
    const [from, to] = [this.fromOf(row), this.toOf(row)];
    const begin = this.fromOf(other);
    if (to - from !== this.toOf(other) - begin) {
      return false;
    }
    for (let at = from; at < to; at++) {
      if (this.bytes[at] !== this.bytes[begin + at - from]) {
        return false;
      }
    }
    return true;
  }

  /** Appends the text of a row of another column. */
  pushFrom(other: TextColumn, row: number): void {
    const [from, to] = [other.fromOf(row), other.toOf(row)];
    const at = this.open(to - from, to - from);
    other.bytes.copy(this.bytes, at, from, to);
    this.close(at, to - from);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

function lengthBytesOf(size: number): number {
  if (size < 0x80) {
    return 1;
  }
  let count = 2;
  for (let rest = size >>> 14; rest > 0; rest >>>= 7) {
    count += 1;
  }
  return count;
}

function grown(starts: Uint32Array): Uint32Array {
  const larger = new Uint32Array(starts.length * 2);
  larger.set(starts);
  return larger;
}
