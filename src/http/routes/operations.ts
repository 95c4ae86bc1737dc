// For whoever runs fnlog: is it alive, can it work. Neither answer says anything about records.

import type { FastifyInstance } from 'fastify';

export interface OperationRouteOptions {
  /** Resolves where the store answers. */
  readonly ping: () => Promise<void>;
}

export async function operationRoutes(
  app: FastifyInstance,
  options: OperationRouteOptions,
): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    await options.ping();
    return { status: 'ready' };
  });
}
