// A question as the query string of GET /api/v1/invocations: the other side of decode-query.

import type { InvocationQuery } from '../../domain/invocation-query.ts';
import { rfc3339 } from './encode-invocation.ts';

export function encodeQuery(query: InvocationQuery): string {
  const { sinceUs, untilUs, slowerThan, ...same } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(same)) {
    if (value !== undefined) {
      parameters.set(name, String(value));
    }
  }
  if (slowerThan !== undefined) {
    const bound = 'us' in slowerThan ? `${slowerThan.us / 1000}ms` : `${slowerThan.times}x`;
    parameters.set('slow', `>${bound}`);
  }
  if (sinceUs !== undefined) {
    parameters.set('since', rfc3339(sinceUs));
  }
  if (untilUs !== undefined) {
    parameters.set('until', rfc3339(untilUs));
  }
  return parameters.toString();
}
