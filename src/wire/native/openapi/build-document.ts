// The native API as an OpenAPI 3.1 document: what clients and the console are generated from.

import { invocationPaths } from './invocation-paths.ts';
import { type Paths, ref } from './openapi-types.ts';
import { schemas } from './schemas.ts';
import { sessionPaths, sessionSchemas } from './session-paths.ts';
import { sourcePaths } from './source-paths.ts';
import { statisticsPaths } from './statistics-paths.ts';
import { statisticsSchemas } from './statistics-schemas.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Paths;
  readonly components: Readonly<Record<string, unknown>>;
}

/** @param version of fnlog */
export function buildDocument(version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'fnlog',
      version,
      description: 'One record for every run of every function: records in, questions about them.',
    },
    security: [{ basic: [] }, { session: [] }],
    paths: { ...invocationPaths, ...statisticsPaths, ...sourcePaths, ...sessionPaths },
    components: {
      schemas: { ...schemas, ...statisticsSchemas, ...sessionSchemas },
      responses: {
        Error: {
          description: 'What was wrong; the status is the HTTP one',
          content: { 'application/json': { schema: ref('Error') } },
        },
      },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'SecretId and SecretKey' },
        session: { type: 'apiKey', in: 'cookie', name: 'fnlog_session' },
      },
    },
  };
}
