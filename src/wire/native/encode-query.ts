// A question as the query string of GET /api/v1/invocations: the other side of decode-query.

import type { InvocationQuery } from '../../domain/invocation-query.ts';
import { rfc3339 } from './encode-invocation.ts';

export function encodeQuery(query: InvocationQuery): string {
  const { sinceUs, untilUs, ...same } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(same)) {
    if (value !== undefined) {
      parameters.set(name, String(value));
    }
  }
  if (sinceUs !== undefined) {
    parameters.set('since', rfc3339(sinceUs));
  }
  if (untilUs !== undefined) {
    parameters.set('until', rfc3339(untilUs));
  }
  return parameters.toString();
}
