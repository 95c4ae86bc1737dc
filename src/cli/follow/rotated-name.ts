// Which names in a folder look like a file after its rotation, and which of two is the older one.

import { extname } from 'node:path';

const GZIP_ENDING = '.gz';

/** `.1`, `-20240101`, `.2024-01-01T10-00-00.000`, `_2024-01-01_10`. */
const NUMBER = /^[.\-_]\d[\dTZ:.+\-_]*$/;
const WORD = /^[.\-_](?:old|prev|bak|orig)$/;
/** Before the ending only a date counts: `worker-1.log` stands beside `worker.log` in its own right. */
const DATE = /^[.\-_](?:19|20)\d\d-?\d\d-?\d\d[\dTZ:.+\-_]*$/;
const COUNTER = /[.\-_](\d{1,6})$/;

/**
 * @param name of a file in the same folder
 * @param base the name that is followed
 */
export function isRotatedName(name: string, base: string): boolean {
  const plain = plainNameOf(name);
  const ending = extname(base);
  const stem = base.slice(0, base.length - ending.length);
  if (name === base || !plain.startsWith(stem)) {
    return false;
  }
  if (plain.startsWith(base)) {
    const suffix = plain.slice(base.length);
    return NUMBER.test(suffix) || WORD.test(suffix) || (plain === base && name !== base);
  }
  const middle = plain.slice(stem.length, plain.length - ending.length);
  return ending !== '' && plain.endsWith(ending) && DATE.test(middle);
}

export function isGzipName(name: string): boolean {
  return name.endsWith(GZIP_ENDING);
}

/** The name before compression. */
export function plainNameOf(name: string): string {
  return isGzipName(name) ? name.slice(0, -GZIP_ENDING.length) : name;
}

export interface Aged {
  readonly name: string;
  readonly mtimeNs: bigint;
}

/** For sorting, the oldest first: by the last write, then by the counter, of which the higher is older. */
export function compareAge(a: Aged, b: Aged): number {
  if (a.mtimeNs !== b.mtimeNs) {
    return a.mtimeNs < b.mtimeNs ? -1 : 1;
  }
  const [counterA, counterB] = [counterOf(a.name), counterOf(b.name)];
  if (counterA !== undefined && counterB !== undefined) {
    return counterB - counterA;
  }
  return a.name < b.name ? -1 : 1;
}

function counterOf(name: string): number | undefined {
  const digits = COUNTER.exec(plainNameOf(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
