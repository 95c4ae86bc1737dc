// Reads the parameters of API 3.0's GetFunctionLogs (wire facts C.4) into a query.

import { AppError } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  LIMIT_DEFAULT,
  OFFSET_MAX,
} from '../../domain/invocation-query.ts';
import { statusCodes } from '../../domain/status-code.ts';
import { directionsByName, orderFieldsByName } from '../order-names.ts';
import type { ReadZonedTime } from '../time-from-zone.ts';
import { withoutUndefined } from '../without-undefined.ts';
import type { ParameterReader } from './parameter-reader.ts';
import { readTimeRange } from './read-time-range.ts';
import { lineTypes, readSearchContext, type SearchContext } from './search-context.ts';

/** What Offset and Limit together may reach; exactly this passes. */
const DEPTH_MAX = 10_000;

type Matching = Pick<InvocationQuery, 'status' | 'statusCodes'>;

/** The values of Filter.RetCode. The last three are kinds of failure, told by statusCode. */
const matchingByRetCode: ReadonlyMap<string, Matching> = new Map<string, Matching>([
  ['not0', { status: 'failed' }],
  ['is0', { status: 'ok' }],
  ['TimeLimitExceeded', { status: 'failed', statusCodes: [statusCodes.timeLimitExceeded] }],
  [
    'ResourceLimitExceeded',
    {
      status: 'failed',
      statusCodes: [statusCodes.resourceLimitExceeded, statusCodes.memoryLimitExceeded],
    },
  ],
  ['UserCodeException', { status: 'failed', statusCodes: [statusCodes.userCodeException] }],
]);

export interface LogsCall {
  readonly query: InvocationQuery;
  /** Given where the reply has to name the next one. */
  readonly searchContext: SearchContext | undefined;
}

/**
 * @param readTime reads times in the front's zone
 * @throws AppError invalid_parameter, unknown_parameter, missing_parameter, invalid_time_range,
 *   page_too_deep
 */
export function decodeGetFunctionLogs(reader: ParameterReader, readTime: ReadZonedTime): LogsCall {
  const context = reader.structure('SearchContext');
  const searchContext = context === undefined ? undefined : readSearchContext(context);
  const given = {
    functionName: reader.text('FunctionName'),
    namespace: reader.text('Namespace'),
    qualifier: reader.text('Qualifier'),
    requestId: readRequestId(reader),
    ...readOrder(reader),
    ...readMatching(reader),
    ...readTimeRange(reader, readTime),
    ...readPlace(reader),
    ...(searchContext === undefined ? {} : placeOf(searchContext)),
  };
  reader.end();
  return { query: buildInvocationQuery(withoutUndefined(given)), searchContext };
}

/** cloudbase-manager-node 1.0.0 begins the name with a small letter (wire facts C.4). */
function readRequestId(reader: ParameterReader): string | undefined {
  return reader.text('FunctionRequestId') ?? reader.text('functionRequestId');
}

/** @throws AppError invalid_parameter */
export function readOrder(
  reader: ParameterReader,
): Pick<Partial<InvocationQuery>, 'order' | 'orderBy'> {
  return withoutUndefined({
    order: reader.choice('Order', directionsByName, (value) => value.toLowerCase()),
    orderBy: reader.choice('OrderBy', orderFieldsByName),
  });
}

/** @throws AppError invalid_parameter, unknown_parameter */
export function readMatching(reader: ParameterReader): Matching {
  const filter = reader.structure('Filter');
  const matching = filter?.choice('RetCode', matchingByRetCode);
  filter?.end();
  return matching ?? {};
}

/** @throws AppError invalid_parameter, page_too_deep */
export function readPlace(reader: ParameterReader): { offset: number; limit: number } {
  const offset = reader.integer('Offset', OFFSET_MAX) ?? 0;
  const limit = reader.integer('Limit', OFFSET_MAX) ?? LIMIT_DEFAULT;
  if (offset + limit > DEPTH_MAX) {
    throw new AppError(
      'page_too_deep',
      `Offset ${offset} and Limit ${limit} are ${offset + limit} together: ` +
        `at most ${DEPTH_MAX} is accepted; narrow the question by StartTime and EndTime, or page ` +
        'on with SearchContext',
      {
        details: { parameter: 'Offset' },
        zh: `Offset（${offset}）与 Limit（${limit}）之和超出限制：最多 ${DEPTH_MAX}`,
      },
    );
  }
  return { offset, limit };
}

/** A SearchContext says itself where its page is: Offset and Limit beside it are for callers of old. */
function placeOf({ limit, position, keyword, type }: SearchContext): Partial<InvocationQuery> {
  const lines = lineTypes.get(type) ?? 'application';
  return {
    limit,
    offset: position?.offset ?? 0,
    ...(position === undefined ? {} : { asOf: position.asOf }),
    ...(keyword === undefined ? {} : { keyword: { text: keyword, lines } }),
  };
}
