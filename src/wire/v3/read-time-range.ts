// The window of a question on API 3.0: both ends or neither, to the whole second, the last second
// included, since the times that the API prints are cut to seconds as well.

import { AppError } from '../../domain/errors.ts';
import type { ReadZonedTime } from '../time-from-zone.ts';
import type { ParameterReader } from './parameter-reader.ts';

const SECOND_US = 1_000_000;

/** Microseconds since 1970; `untilUs` is the first that no longer belongs to it. */
export interface TimeRange {
  readonly sinceUs: number;
  readonly untilUs: number;
}

/**
 * @returns undefined where neither StartTime nor EndTime is given
 * @throws AppError invalid_parameter for a time that is none, invalid_time_range where one is
 *   missing or the end lies before the start
 */
export function readTimeRange(
  reader: ParameterReader,
  readTime: ReadZonedTime,
): TimeRange | undefined {
  const start = reader.time('StartTime', readTime);
  const end = reader.time('EndTime', readTime);
  if (start === undefined && end === undefined) {
    return undefined;
  }
  if (start === undefined || end === undefined) {
    const [missing, given] =
      start === undefined ? ['StartTime', 'EndTime'] : ['EndTime', 'StartTime'];
    throw invalidRange(
      `${missing} is missing beside ${given}: StartTime and EndTime go together, or leave out both`,
      `缺少 ${missing}：StartTime 与 EndTime 必须同时给出或同时省略`,
    );
  }
  return rangeOf(start.firstUs, end.lastUs);
}

/**
 * @param startUs the first second, @param endUs the last one, which belongs to the window
 * @throws AppError invalid_time_range where the end lies before the start
 */
export function rangeOf(startUs: number, endUs: number): TimeRange {
  if (endUs < startUs) {
    throw invalidRange(
      'EndTime lies before StartTime: the end of a window is its start or later',
      'EndTime 早于 StartTime：结束时间不得早于开始时间',
    );
  }
  return { sinceUs: startUs, untilUs: endUs + SECOND_US };
}

function invalidRange(message: string, zh: string): AppError {
  return new AppError('invalid_time_range', message, {
    details: { parameter: 'StartTimeOrEndTime' },
    zh: `StartTimeOrEndTime 取值与规范不符，请修正后再试：${zh}`,
  });
}
