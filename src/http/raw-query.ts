// The query string of a request, not decoded.

import type { FastifyRequest } from 'fastify';

/** What follows the `?`, as it came; empty where nothing does. */
export function rawQueryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}
