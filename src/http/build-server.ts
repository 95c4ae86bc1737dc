// The HTTP server: every face on one listener, with the bounds that hold for all of them.

import { randomUUID } from 'node:crypto';
import type { ServerOptions as HttpOptions } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import fastifyCookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { AppError, shownValue } from '../domain/errors.ts';
import { leaveBodiesUnread } from './body-pieces.ts';
import { answerNativeErrors } from './native-errors.ts';
import { type ConsoleRouteOptions, consoleRoutes } from './routes/console.ts';
import { firehoseRoutes } from './routes/firehose.ts';
import { type FunctionRouteOptions, functionRoutes } from './routes/functions.ts';
import { type InvocationRouteOptions, invocationRoutes } from './routes/invocations.ts';
import { type MetricsRouteOptions, metricsRoutes } from './routes/metrics.ts';
import { type OpenApiRouteOptions, openApiRoutes } from './routes/openapi.ts';
import { type OperationRouteOptions, operationRoutes } from './routes/operations.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { type SessionRouteOptions, sessionRoutes } from './routes/session.ts';
import { type SourceRouteOptions, sourceRoutes } from './routes/sources.ts';
import { type StatisticsRouteOptions, statisticsRoutes } from './routes/statistics.ts';
import { type TailRouteOptions, tailRoutes } from './routes/tail.ts';
import { type V2RouteOptions, v2Routes } from './routes/v2.ts';
import { type V3RouteOptions, v3Routes } from './routes/v3.ts';

export interface ServerOptions {
  readonly logger: FastifyBaseLogger;
  readonly v2: V2RouteOptions;
  readonly v3: V3RouteOptions;
  readonly invocations: InvocationRouteOptions;
  readonly sources: SourceRouteOptions;
  readonly statistics: StatisticsRouteOptions;
  readonly tail: TailRouteOptions;
  readonly openApi: OpenApiRouteOptions;
  readonly operations: OperationRouteOptions;
  readonly metrics: MetricsRouteOptions;
  readonly console: ConsoleRouteOptions;
  readonly session: SessionRouteOptions;
  /** Only where local functions may be run. */
  readonly functions?: FunctionRouteOptions;
  /** PEM texts; with them the server speaks https, and nothing else. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** A request that has not arrived whole by then is cut off. */
const REQUEST_TIMEOUT_MS = 120_000;
/** A name or request id may have 256 characters of four bytes, each of those as %XX. */
const PATH_PARAMETER_MAX = 256 * 4 * 3;
/** Request line and headers. API 3.0 takes 32 KB of parameters in a GET, twice what Node takes. */
const HEADER_BYTES_MAX = 64 * 1024;
/** A client that connects and does not say what TLS wants would hold up a stop for so long. */
const TLS_HANDSHAKE_MS_MAX = 5_000;

/** @returns a server that does not listen yet */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.logger,
    // Its lines would hold query strings, and with them what clients put there.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_PARAMETER_MAX },
    forceCloseConnections: 'idle',
    // To the routes a request is the same, so the instance has the type of a plain one either way.
    ...listenerOptions(options.tls),
  });
  app.addHook('onResponse', async (request, reply) => {
    const path = request.url.split('?', 1)[0];
    const { statusCode, elapsedTime } = reply;
    request.log.debug({ method: request.method, path, statusCode, elapsedMs: elapsedTime });
  });
  answerNativeErrors(app);
  await app.register(fastifyCookie);
  // Whoever asks for what is not there has nothing read: routes that take bodies say so themselves.
  leaveBodiesUnread(app);
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0];
    throw new AppError('not_found', `there is no ${request.method} ${shownValue(path)} here`);
  });
  await app.register(v2Routes, options.v2);
  await app.register(v3Routes, options.v3);
  await app.register(invocationRoutes, options.invocations);
  await app.register(sourceRoutes, options.sources);
  await app.register(firehoseRoutes, options.sources);
  await app.register(otlpRoutes, options.sources);
  await app.register(statisticsRoutes, options.statistics);
  await app.register(tailRoutes, options.tail);
  await app.register(openApiRoutes, options.openApi);
  await app.register(operationRoutes, options.operations);
  await app.register(metricsRoutes, options.metrics);
  await app.register(consoleRoutes, options.console);
  await app.register(sessionRoutes, options.session);
  if (options.functions !== undefined) {
    await app.register(functionRoutes, options.functions);
  }
  return app;
}

function listenerOptions(tls: ServerOptions['tls']): { http?: HttpOptions; https?: HttpsOptions } {
  const bounds = { maxHeaderSize: HEADER_BYTES_MAX };
  if (tls === undefined) {
    return { http: bounds };
  }
  const { cert, key } = tls;
  const handshakeTimeout = TLS_HANDSHAKE_MS_MAX;
  // Node's own lower bound today, but NODE_OPTIONS could lower it.
  return { https: { ...bounds, cert, key, minVersion: 'TLSv1.2', handshakeTimeout } };
}
