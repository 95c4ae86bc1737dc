// What the native API is, for programs.

import type { FastifyInstance } from 'fastify';
import { buildDocument } from '../../wire/native/openapi/build-document.ts';
import { authenticate, type NativeAuthOptions } from '../authenticate.ts';

export interface OpenApiRouteOptions {
  readonly auth: NativeAuthOptions;
  /** Of fnlog. */
  readonly version: string;
}

export async function openApiRoutes(
  app: FastifyInstance,
  { auth, version }: OpenApiRouteOptions,
): Promise<void> {
  const document = buildDocument(version);
  app.get('/api/v1/openapi.json', async (request) => {
    authenticate(request, auth);
    return document;
  });
}
