// A value as JSON, of which no more is read than fits: what a handler returns may be of any size.

import { cutToBytes } from './cut-to-bytes.ts';

const DEPTH_MAX = 32;
const CUT_MARK = '…';

/**
 * As JSON.stringify writes it, where that fits. Binary data is named, not written out; BigInt is
 * written as digits; circles end at a depth of 32.
 *
 * @param value anything
 * @param bytesMax how long the text may get, in bytes of UTF-8, without the mark of a cut
 * @returns the text, ending in … where it was cut; empty for what has no JSON
 */
export function boundedJson(value: unknown, bytesMax: number): string {
  const writer = new BoundedWriter(bytesMax);
  writer.write('', value, 0);
  const { text, cutBytes } = cutToBytes(writer.text, bytesMax);
  return writer.isFull || cutBytes > 0 ? `${text}${CUT_MARK}` : text;
}

class BoundedWriter {
  text = '';
  isFull = false;
  readonly #unitsMax: number;

  constructor(unitsMax: number) {
    this.#unitsMax = unitsMax;
  }

  /** @returns false where the value has no JSON; then nothing is written */
  write(key: string, given: unknown, depth: number): boolean {
    const value = plainOf(key, given);
    switch (typeof value) {
      case 'string':
        this.#put(JSON.stringify(value.slice(0, this.#unitsMax)));
        return true;
      case 'number':
        this.#put(Number.isFinite(value) ? String(value) : 'null');
        return true;
      case 'boolean':
      case 'bigint':
        this.#put(String(value));
        return true;
      case 'object':
        this.#writeObject(value, depth);
        return true;
      default:
        return false;
    }
  }

  #writeObject(value: object | null, depth: number): void {
    if (value === null) {
      this.#put('null');
    } else if (depth >= DEPTH_MAX) {
      this.#put(Array.isArray(value) ? '"[…]"' : '"{…}"');
    } else if (Array.isArray(value)) {
      this.#writeArray(value, depth);
    } else {
      this.#writeFields(value as Readonly<Record<string, unknown>>, depth);
    }
  }

  #writeArray(elements: readonly unknown[], depth: number): void {
    this.#put('[');
    for (let at = 0; at < elements.length && !this.isFull; at += 1) {
      this.#put(at === 0 ? '' : ',');
      if (!this.write(String(at), elements[at], depth + 1)) {
        this.#put('null');
      }
    }
    this.#put(']');
  }

  #writeFields(fields: Readonly<Record<string, unknown>>, depth: number): void {
    this.#put('{');
    let separator = '';
    for (const key of Object.keys(fields)) {
      if (this.isFull) {
        return;
      }
      const before = this.text;
      this.#put(`${separator}${JSON.stringify(key)}:`);
      if (this.write(key, fields[key], depth + 1)) {
        separator = ',';
      } else if (!this.isFull) {
        this.text = before;
      }
    }
    this.#put('}');
  }

  #put(part: string): void {
    if (this.isFull) {
      return;
    }
    const room = this.#unitsMax - this.text.length;
    this.text += part.length <= room ? part : part.slice(0, room);
    this.isFull = part.length > room;
  }
}

/** What JSON.stringify would look at in place of the value. */
function plainOf(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.constructor.name} of ${value.byteLength} bytes]`;
  }
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}
