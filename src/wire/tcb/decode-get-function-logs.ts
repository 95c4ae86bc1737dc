// Reads the parameters of service tcb's GetFunctionLogs (wire facts C.5) into a query. EnvId is the
// namespace.

import { buildInvocationQuery, type InvocationQuery } from '../../domain/invocation-query.ts';
import type { ReadZonedTime } from '../time-from-zone.ts';
import { readMatching, readOrder, readPlace } from '../v3/decode-get-function-logs.ts';
import type { ParameterReader } from '../v3/parameter-reader.ts';
import { readTimeRange } from '../v3/read-time-range.ts';
import { withoutUndefined } from '../without-undefined.ts';

/**
 * Order, OrderBy and Filter are not in the vendor's list, but are honoured as scf's are.
 *
 * @throws AppError invalid_parameter, unknown_parameter, invalid_time_range, page_too_deep
 */
export function decodeGetFunctionLogs(
  reader: ParameterReader,
  readTime: ReadZonedTime,
): InvocationQuery {
  const given = {
    namespace: reader.text('EnvId'),
    functionName: reader.text('FunctionName'),
    qualifier: reader.text('Qualifier'),
    requestId: reader.text('LogRequestId'),
    ...readOrder(reader),
    ...readMatching(reader),
    ...readTimeRange(reader, readTime),
    ...readPlace(reader),
  };
  reader.end();
  return buildInvocationQuery(withoutUndefined(given));
}
