// Reads the parameters of service tcb's GetFunctionLogDetail (wire facts C.5).

import type { ReadZonedTime } from '../time-from-zone.ts';
import type { ParameterReader } from '../v3/parameter-reader.ts';
import { readTimeRange, type TimeRange } from '../v3/read-time-range.ts';

export interface LogDetailCall {
  readonly requestId: string;
  /** Undefined where the caller does not say: clients send the request id alone. */
  readonly namespace: string | undefined;
  readonly window: TimeRange | undefined;
}

/** @throws AppError missing_parameter, invalid_parameter, unknown_parameter, invalid_time_range */
export function decodeGetFunctionLogDetail(
  reader: ParameterReader,
  readTime: ReadZonedTime,
): LogDetailCall {
  const call = {
    requestId: reader.requiredText('LogRequestId'),
    namespace: reader.text('EnvId'),
    window: readTimeRange(reader, readTime),
  };
  reader.end();
  return call;
}
