// A middleware for Express, and for whatever takes (request, response, next): one record a request.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf, whenAnswered } from './http-run.ts';
import type { RunRecorder } from './run-recorder.ts';

export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface ExpressOptions {
  /** One name for all requests. Default: method and route pattern, as in `GET /users/:id`. */
  readonly functionName?: string;
}

/** What Express adds to a request. */
interface RoutedRequest extends IncomingMessage {
  baseUrl?: string;
  route?: { path?: unknown };
}

/** A name for requests that no route took: their paths could be anything. */
const NO_ROUTE = '(no route)';

/** @param recorder takes the runs */
export function expressMiddleware(recorder: RunRecorder, options: ExpressOptions): Middleware {
  const { functionName } = options;
  return function fnlog(request, response, next) {
    const run = recorder.begin(() => {
      const requestId = requestIdOf(request);
      return {
        ...(functionName === undefined ? {} : { functionName }),
        ...(requestId === undefined ? {} : { requestId }),
      };
    }, false);
    if (run === undefined) {
      next();
      return;
    }
    recorder.attempt(() => {
      const routeOf = functionName === undefined ? watchRoute(request) : undefined;
      const name = () => (routeOf === undefined ? functionName : nameOf(request, routeOf()));
      whenAnswered(response, (outcome) => {
        recorder.attempt(() => recorder.end(run, outcome, name()));
      });
    });
    recorder.within(run, () => next());
  };
}

/**
 * Express takes the mount path away again when a router hands a request on, errors included: it is
 * known only while the route is being chosen.
 *
 * @returns reads the pattern of the route that was chosen last
 */
function watchRoute(request: RoutedRequest): () => string | undefined {
  let { route } = request;
  let mount = '';
  try {
    Object.defineProperty(request, 'route', {
      configurable: true,
      enumerable: true,
      get: () => route,
      set: (chosen: RoutedRequest['route']) => {
        route = chosen;
        mount = request.baseUrl ?? '';
      },
    });
  } catch {
    // A sealed request: its route is read at the end.
    return () => patternOf(request.baseUrl ?? '', request.route);
  }
  return () => patternOf(mount, route);
}

function patternOf(mount: string, route: RoutedRequest['route']): string | undefined {
  if (route?.path === undefined) {
    return undefined;
  }
  const pattern = `${mount}${String(route.path)}`;
  return pattern.length > 1 ? pattern.replace(/\/$/, '') : pattern;
}

function nameOf(request: IncomingMessage, pattern: string | undefined): string {
  return `${request.method ?? 'GET'} ${pattern ?? NO_ROUTE}`;
}
