// Reads the parameters of API 3.0's GetRequestStatus (wire facts C.4) into a query.

import { AppError } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  LIMIT_MAX,
} from '../../domain/invocation-query.ts';
import type { ReadZonedTime } from '../time-from-zone.ts';
import { withoutUndefined } from '../without-undefined.ts';
import type { ParameterReader } from './parameter-reader.ts';
import { rangeOf, type TimeRange } from './read-time-range.ts';

const SECOND_US = 1_000_000;
/** What the vendor looks back where no StartTime is given. */
const LOOK_BACK_US = 15 * 60 * SECOND_US;

/**
 * @param nowMs milliseconds since 1970
 * @throws AppError invalid_parameter, unknown_parameter, missing_parameter, invalid_time_range
 */
export function decodeGetRequestStatus(
  reader: ParameterReader,
  readTime: ReadZonedTime,
  nowMs: number,
): InvocationQuery {
  const given = {
    functionName: reader.requiredText('FunctionName'),
    requestId: reader.requiredText('FunctionRequestId'),
    namespace: reader.text('Namespace'),
    ...readWindow(reader, readTime, nowMs),
    limit: LIMIT_MAX,
  };
  reader.end();
  return buildInvocationQuery(withoutUndefined(given));
}

/** StartTime needs an EndTime that is later; without it the last quarter of an hour is searched. */
function readWindow(reader: ParameterReader, readTime: ReadZonedTime, nowMs: number): TimeRange {
  const nowUs = Math.floor(nowMs / 1000) * SECOND_US;
  const start = reader.time('StartTime', readTime);
  const end = reader.time('EndTime', readTime);
  if (start !== undefined && end === undefined) {
    throw invalidWindow('EndTime is missing beside StartTime', '给出 StartTime 时必须给出 EndTime');
  }
  const startUs = start?.firstUs ?? nowUs - LOOK_BACK_US;
  const endUs = end?.lastUs ?? nowUs;
  if (endUs <= startUs) {
    throw invalidWindow(
      'EndTime is not later than StartTime (15 minutes ago where it is left out)',
      'EndTime 必须晚于 StartTime（省略时为 15 分钟前）',
    );
  }
  return rangeOf(startUs, endUs);
}

function invalidWindow(message: string, zh: string): AppError {
  return new AppError('invalid_time_range', `${message}: give both, the end later than the start`, {
    details: { parameter: 'StartTimeOrEndTime' },
    zh: `StartTimeOrEndTime 取值与规范不符，请修正后再试：${zh}`,
  });
}
