// npm run console:types: the types of the native API for the console, from its OpenAPI document.
// They are committed; a test holds them against the document.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { tsImport } from 'tsx/esm/api';
import { root } from './steps/project.mjs';

const { buildDocument } = await tsImport(
  '../src/wire/native/openapi/build-document.ts',
  import.meta.url,
);
const types = astToString(await openapiTS(structuredClone(buildDocument('0'))));
writeFileSync(
  join(root, 'console/src/api/schema.ts'),
  `// Made by npm run console:types from the OpenAPI document.\n\n${types}`,
);
