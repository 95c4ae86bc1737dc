// Columns of numbers in the engine's own format Native: blocks of rows, each with its header, and then
// one column after the other.

const MORE = 0x80;
const SEVEN_BITS = 0x7f;

/**
 * @param bytes of a SELECT of Float64 columns alone
 * @returns its columns, all blocks together
 */
export function decodeNumberColumns(bytes: Buffer): Float64Array[] {
  const places = [...numberColumns(bytes)];
  const count = places.reduce((most, { column }) => Math.max(most, column + 1), 0);
  return Array.from({ length: count }, (_, column) => {
    const parts = places.filter((place) => place.column === column);
    const numbers = new Float64Array(parts.reduce((sum, { rows }) => sum + rows, 0));
    // By bytes, since numbers of an array would begin at a multiple of their length.
    const copy = new Uint8Array(numbers.buffer);
    let at = 0;
    for (const { begin, rows } of parts) {
      copy.set(bytes.subarray(begin, begin + rows * NUMBER_BYTES), at);
      at += rows * NUMBER_BYTES;
    }
    return numbers;
  });
}

const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT;

interface ColumnPlace {
  readonly column: number;
  readonly rows: number;
  readonly begin: number;
}

/** Where the numbers are, block by block. */
function* numberColumns(bytes: Buffer): Generator<ColumnPlace> {
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & SEVEN_BITS) * scale;
      if (byte < MORE) {
        return value;
      }
      scale *= MORE;
    }
  };
  const text = (): string => {
    const length = varint();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  while (at < bytes.length) {
    const [columns, rows] = [varint(), varint()];
    for (let column = 0; column < columns; column++) {
      const [name, type] = [text(), text()];
      if (type !== 'Float64') {
        throw new TypeError(`the column ${name} is of the type ${type}`);
      }
      yield { column, rows, begin: at };
      at += rows * NUMBER_BYTES;
    }
  }
}
