// What CLS hands out, in the shapes that its documents give, against the fragments that it means.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeCls } from '../../../src/wire/cls/decode-cls.ts';
import { clsTriggerData } from '../../../src/wire/data-envelope.ts';

interface ClsCase {
  readonly about: string;
  /** One value a line, one JSON text over several lines, or packed as a trigger does. */
  readonly as: 'lines' | 'document' | 'trigger';
  readonly options?: { readonly namespace?: string };
  readonly payload: unknown;
  readonly expected: readonly unknown[];
}

const directory = join(dirname(fileURLToPath(import.meta.url)), 'cls');
const cases = readdirSync(directory).map((name) => ({
  name,
  ...(JSON.parse(readFileSync(join(directory, name), 'utf8')) as ClsCase),
}));

function bodyOf({ as, payload }: ClsCase): string {
  switch (as) {
    case 'lines':
      return (payload as unknown[]).map((value) => JSON.stringify(value)).join('\n');
    case 'document':
      return JSON.stringify(payload, null, 2);
    case 'trigger': {
      const data = gzipSync(JSON.stringify(payload)).toString('base64');
      return JSON.stringify({ clslogs: { data } });
    }
  }
}

describe('CLS gives', () => {
  test.each(cases)('$name: $about', (given) => {
    const options = { namespace: 'default', recordBytesMax: 1024 * 1024, ...given.options };
    const body = Buffer.from(bodyOf(given));
    const packed = clsTriggerData(body);
    const found = [...decodeCls(packed === undefined ? body : gunzipSync(packed), options)];
    const shown = found.map((one) => {
      const { bytes: _bytes, ...rest } = 'fragment' in one ? one : { ...one, bytes: 0 };
      return rest;
    });
    expect(shown).toEqual(given.expected);
  });
});
