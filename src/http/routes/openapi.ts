// What the native API is, for programs.

import type { FastifyInstance } from 'fastify';
import { authenticateBasic, type BasicAuthOptions } from '../../auth/basic-auth.ts';
import { buildDocument } from '../../wire/native/openapi/build-document.ts';

export interface OpenApiRouteOptions {
  readonly auth: BasicAuthOptions;
  /** Of fnlog. */
  readonly version: string;
}

export async function openApiRoutes(
  app: FastifyInstance,
  { auth, version }: OpenApiRouteOptions,
): Promise<void> {
  const document = buildDocument(version);
  app.get('/api/v1/openapi.json', async (request) => {
    authenticateBasic(request.headers.authorization, auth);
    return document;
  });
}
