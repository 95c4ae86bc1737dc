// How the Tencent fronts call orders. Every revision of the vendor's pages spells them in its own
// way, and clients of each are about.

import type { OrderDirection, OrderField } from '../domain/invocation-query.ts';

/** With underscores in the first revision of both APIs' pages, in camel case in others. */
export const orderFieldsByName: ReadonlyMap<string, OrderField> = new Map([
  ['start_time', 'startTime'],
  ['function_name', 'functionName'],
  ['request_id', 'requestId'],
  ['duration', 'duration'],
  ['mem_usage', 'memUsage'],
  ['startTime', 'startTime'],
  ['functionName', 'functionName'],
  ['requestId', 'requestId'],
  ['memUsage', 'memUsage'],
]);

/** In lower case. `acs` is the spelling of the vendor's Chinese pages. */
export const directionsByName: ReadonlyMap<string, OrderDirection> = new Map([
  ['asc', 'asc'],
  ['acs', 'asc'],
  ['desc', 'desc'],
]);
