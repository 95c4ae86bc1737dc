// The native API: questions about many runs together.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertMayRead } from '../../auth/keys.ts';
import type { Prices } from '../../domain/prices.ts';
import type { Asker } from '../../query/gate.ts';
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

/** What all of them have in common: whose records they are about, and at which mark. */
interface StatisticsQuestion {
  readonly namespace: string;
  readonly asOf?: number;
}

interface Steps<Query, Answer> {
  /** @param nowUs the moment of the question, in microseconds since 1970 */
  decode(encoded: Uint8Array, nowUs: number): Query;
  ask(query: Query, asker: Asker): Promise<Answer>;
  encode(answer: Answer, query: Query): object;
}

export async function statisticsRoutes(
  app: FastifyInstance,
  { auth, statisticsService, prices }: StatisticsRouteOptions,
): Promise<void> {
  function answer<Query extends StatisticsQuestion, Answer extends { readonly asOf: number }>(
    path: string,
    { decode, ask, encode }: Steps<Query, Answer>,
  ): void {
    app.get(path, async (request, reply) => {
      const key = authenticate(request, auth);
      const query = decode(parametersOf(request), auth.clock.now() * 1000);
      assertMayRead(key, query.namespace);
      const answered = await ask(query, askerOf(key, reply));
      assertMarkIsThere(query, answered);
      return encode(answered, query);
    });
  }
  answer('/api/v1/stats', {
    decode: decodeStatisticsQuery,
    ask: (query, asker) => statisticsService.statistics(query, asker),
    encode: (statistics) => encodeStatistics(statistics, prices),
  });
  answer('/api/v1/stats/concurrency', {
    decode: decodeConcurrencyQuery,
    ask: (query, asker) => statisticsService.concurrency(query, asker),
    encode: encodeConcurrency,
  });
  answer('/api/v1/stats/distribution', {
    decode: decodeDistributionQuery,
    ask: (query, asker) => statisticsService.distribution(query, asker),
    encode: encodeDistribution,
  });
  answer('/api/v1/functions', {
    decode: decodeFunctionQuery,
    ask: (query, asker) => statisticsService.functions(query, asker),
    encode: (page) => encodeFunctionPage(page, prices),
  });
  answer('/api/v1/errors', {
    decode: decodeErrorQuery,
    ask: (query, asker) => statisticsService.errors(query, asker),
    encode: encodeErrorPage,
  });
}

function parametersOf(request: FastifyRequest): Buffer {
  return Buffer.from(rawQueryOf(request), 'latin1');
}
