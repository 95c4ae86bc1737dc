// What was built of the console: small enough, and made for the API that there is.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { buildDocument } from '../../src/wire/native/openapi/build-document.ts';

const built = fileURLToPath(new URL('../../dist/console/', import.meta.url));
const BYTES_MAX = 120_000;

test('all of it is under 120 kB, as it goes over the wire', () => {
  const files = readdirSync(built, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.gz'),
  );
  const bytes = files.reduce(
    (sum, { parentPath, name }) => sum + gzipSync(readFileSync(join(parentPath, name))).length,
    0,
  );
  expect(files.length).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(BYTES_MAX);
});

test('its types are those of the OpenAPI document (npm run console:types)', async () => {
  const document = structuredClone(buildDocument('0')) as unknown as Parameters<
    typeof openapiTS
  >[0];
  const made = readFileSync(new URL('../../console/src/api/schema.ts', import.meta.url), 'utf8');
  expect(made).toContain(astToString(await openapiTS(document)));
});
