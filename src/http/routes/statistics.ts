// The native API: questions about many runs together.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertMayRead } from '../../auth/keys.ts';
import type { Prices } from '../../domain/prices.ts';
import type { StatisticsService } from '../../query/statistics-service.ts';
import {
  decodeConcurrencyQuery,
  decodeDistributionQuery,
  decodeErrorQuery,
  decodeFunctionQuery,
  decodeStatisticsQuery,
} from '../../wire/native/decode-statistics.ts';
import { encodeConcurrency, encodeDistribution } from '../../wire/native/encode-charts.ts';
import { encodeErrorPage } from '../../wire/native/encode-errors.ts';
import { encodeFunctionPage, encodeStatistics } from '../../wire/native/encode-statistics.ts';
import { askerOf } from '../asker.ts';
import { authenticate, type NativeAuthOptions } from '../authenticate.ts';
import { assertMarkIsThere } from '../frozen-answers.ts';
import { rawQueryOf } from '../raw-query.ts';

export interface StatisticsRouteOptions {
  readonly auth: NativeAuthOptions;
  readonly statisticsService: StatisticsService;
  readonly prices: Prices | undefined;
}

export async function statisticsRoutes(
  app: FastifyInstance,
  { auth, statisticsService, prices }: StatisticsRouteOptions,
): Promise<void> {
  app.get('/api/v1/stats', async (request, reply) => {
    const key = authenticate(request, auth);
    const query = decodeStatisticsQuery(parametersOf(request));
    assertMayRead(key, query.namespace);
    const statistics = await statisticsService.statistics(query, askerOf(key, reply));
    assertMarkIsThere(query, statistics);
    return encodeStatistics(statistics, prices);
  });
  app.get('/api/v1/stats/concurrency', async (request, reply) => {
    const key = authenticate(request, auth);
    const query = decodeConcurrencyQuery(parametersOf(request), auth.clock.now() * 1000);
    assertMayRead(key, query.namespace);
    const concurrency = await statisticsService.concurrency(query, askerOf(key, reply));
    assertMarkIsThere(query, concurrency);
    return encodeConcurrency(concurrency, query);
  });
  app.get('/api/v1/stats/distribution', async (request, reply) => {
    const key = authenticate(request, auth);
    const query = decodeDistributionQuery(parametersOf(request), auth.clock.now() * 1000);
    assertMayRead(key, query.namespace);
    const distribution = await statisticsService.distribution(query, askerOf(key, reply));
    assertMarkIsThere(query, distribution);
    return encodeDistribution(distribution, query);
  });
  app.get('/api/v1/functions', async (request: FastifyRequest, reply: FastifyReply) => {
    const key = authenticate(request, auth);
    const query = decodeFunctionQuery(parametersOf(request), auth.clock.now() * 1000);
    assertMayRead(key, query.namespace);
    const page = await statisticsService.functions(query, askerOf(key, reply));
    assertMarkIsThere(query, page);
    return encodeFunctionPage(page, prices);
  });
  app.get('/api/v1/errors', async (request, reply) => {
    const key = authenticate(request, auth);
    const query = decodeErrorQuery(parametersOf(request), auth.clock.now() * 1000);
    assertMayRead(key, query.namespace);
    const page = await statisticsService.errors(query, askerOf(key, reply));
    assertMarkIsThere(query, page);
    return encodeErrorPage(page);
  });
}

function parametersOf(request: FastifyRequest): Buffer {
  return Buffer.from(rawQueryOf(request), 'latin1');
}
