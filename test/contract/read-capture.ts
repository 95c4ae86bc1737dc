// A raw request as a real client sent it, byte for byte.

import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./captures/', import.meta.url);

export interface RawCapture {
  readonly method: 'GET' | 'POST';
  /** The request line's path and query. */
  readonly target: string;
  /** After the `?`; empty where there is none. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** @returns the names of the captures that begin so */
export function captureFiles(...prefixes: readonly string[]): string[] {
  return readdirSync(FOLDER)
    .filter((file) => prefixes.some((prefix) => file.startsWith(prefix)))
    .sort();
}

export function readCapture(file: string): RawCapture {
  const bytes = readFileSync(new URL(file, FOLDER));
  const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
  const [line = '', ...lines] = bytes
    .subarray(0, bodyAt - 4)
    .toString('latin1')
    .split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const headers = lines.map((each): [string, string] => {
    const colon = each.indexOf(':');
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()];
  });
  return {
    method: method as RawCapture['method'],
    target,
    query: target.split('?')[1] ?? '',
    headers: Object.fromEntries(headers),
    body: bytes.subarray(bodyAt),
  };
}
