// GET /metrics: figures for Prometheus, for keys that may read everything.

import type { FastifyInstance } from 'fastify';
import { authenticateBasic, type BasicAuthOptions } from '../../auth/basic-auth.ts';
import { AppError } from '../../domain/errors.ts';
import type { Metrics } from '../../telemetry/metrics.ts';

export interface MetricsRouteOptions {
  readonly auth: BasicAuthOptions;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
}

export async function metricsRoutes(
  app: FastifyInstance,
  { auth, metrics }: MetricsRouteOptions,
): Promise<void> {
  app.get('/metrics', async (request, reply) => {
    const key = authenticateBasic(request.headers.authorization, auth);
    // The figures are about all namespaces together.
    if (key.role === 'ingest' || key.namespaces !== '*') {
      throw new AppError(
        'unauthorized',
        'metrics are for an admin key, or a key of the role read that reaches every namespace',
      );
    }
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}
