// The parameters of GET /api/v1/stats and what is below it, /api/v1/functions and /api/v1/errors.

import { ERRORS_LIMIT_MAX, type ErrorQuery, errorOrders } from '../../domain/error-groups.ts';
import { AppError } from '../../domain/errors.ts';
import {
  comparisons,
  FUNCTIONS_LIMIT_MAX,
  type FunctionStatisticsQuery,
  functionOrders,
} from '../../domain/function-statistics.ts';
import { DEFAULT_NAMESPACE } from '../../domain/invocation.ts';
import { LIMIT_DEFAULT, OFFSET_MAX, orderDirections } from '../../domain/invocation-query.ts';
import {
  type ChartQuery,
  type DistributionQuery,
  distributionFields,
  usualStepSeconds,
} from '../../domain/run-charts.ts';
import {
  STEP_SECONDS_MAX,
  type StatisticsQuery,
  statisticsGroups,
} from '../../domain/statistics.ts';
import {
  decodeNamed,
  oneOf,
  type ParameterDecoders,
  refuse,
  someText,
  timeUs,
  whole,
} from './decode-named.ts';
import { storedFilterDecoders, yesOrNo } from './decode-query.ts';
import { searchDecoders } from './decode-search.ts';

type Draft<Query> = { -readonly [Key in keyof Query]?: Query[Key] };

const DAY_US = 86_400_000_000;
const HOUR_SECONDS = 3_600;
const STEP = /^([1-9]\d{0,8})([smhd]?)$/;
const STEP_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

interface Window {
  namespace?: string;
  sinceUs?: number;
  untilUs?: number;
  asOf?: number;
}

const windowDecoders: ParameterDecoders<Window> = {
  namespace: (draft, value, name) => {
    draft.namespace = someText(value, name);
  },
  since: (draft, value, name) => {
    draft.sinceUs = timeUs(value, name);
  },
  until: (draft, value, name) => {
    draft.untilUs = timeUs(value, name);
  },
  asOf: (draft, value, name) => {
    draft.asOf = whole(value, name, Number.MAX_SAFE_INTEGER);
  },
};

interface Scope extends Window {
  functionName?: string;
  qualifier?: string;
}

const scopeDecoders: ParameterDecoders<Scope> = {
  ...windowDecoders,
  functionName: (draft, value, name) => {
    draft.functionName = someText(value, name);
  },
  qualifier: (draft, value, name) => {
    draft.qualifier = someText(value, name);
  },
};

const chartDecoders: ParameterDecoders<Scope & { stepSeconds?: number }> = {
  ...scopeDecoders,
  step: (draft, value, name) => {
    draft.stepSeconds = stepSeconds(value, name);
  },
};

const distributionDecoders: ParameterDecoders<Draft<DistributionQuery>> = {
  ...chartDecoders,
  of: (draft, value, name) => {
    draft.of = oneOf(distributionFields, value, name);
  },
};

const statisticsDecoders: ParameterDecoders<Draft<StatisticsQuery>> = {
  ...chartDecoders,
  ...storedFilterDecoders,
  percentiles: (draft, value, name) => {
    draft.percentiles = oneOf(yesOrNo, value, name) === 'true';
  },
  groupBy: (draft, value, name) => {
    draft.groupBy = value.split(',').map((one) => oneOf(statisticsGroups, one, name));
  },
};

const functionDecoders: ParameterDecoders<Draft<FunctionStatisticsQuery>> = {
  ...windowDecoders,
  compare: (draft, value, name) => {
    draft.compare = oneOf(comparisons, value, name);
  },
  orderBy: (draft, value, name) => {
    draft.orderBy = oneOf(functionOrders, value, name);
  },
  order: (draft, value, name) => {
    draft.order = oneOf(orderDirections, value, name);
  },
  limit: (draft, value, name) => {
    draft.limit = whole(value, name, FUNCTIONS_LIMIT_MAX);
  },
  offset: (draft, value, name) => {
    draft.offset = whole(value, name, OFFSET_MAX);
  },
};

const errorDecoders: ParameterDecoders<Draft<ErrorQuery>> = {
  ...scopeDecoders,
  search: searchDecoders.search,
  contains: searchDecoders.contains,
  regex: searchDecoders.regex,
  orderBy: (draft, value, name) => {
    draft.orderBy = oneOf(errorOrders, value, name);
  },
  order: (draft, value, name) => {
    draft.order = oneOf(orderDirections, value, name);
  },
  limit: (draft, value, name) => {
    draft.limit = whole(value, name, ERRORS_LIMIT_MAX);
  },
  offset: (draft, value, name) => {
    draft.offset = whole(value, name, OFFSET_MAX);
  },
};

/**
 * @param encoded the bytes after the `?`
 * @throws AppError as decodeNamed does; invalid_parameter for a step without groups by time
 */
export function decodeStatisticsQuery(encoded: Uint8Array): StatisticsQuery {
  const draft = decodeNamed<Draft<StatisticsQuery>>(encoded, statisticsDecoders, {});
  const groupBy = draft.groupBy ?? [];
  if (draft.stepSeconds !== undefined && !groupBy.includes('time')) {
    refuse('step', String(draft.stepSeconds), 'it goes with groupBy=time alone');
  }
  return {
    ...draft,
    namespace: draft.namespace ?? DEFAULT_NAMESPACE,
    groupBy,
    stepSeconds: draft.stepSeconds ?? HOUR_SECONDS,
  };
}

/**
 * @param nowUs where the window ends that is not told, in microseconds since 1970; it begins a day
 *   before its end
 * @throws AppError as decodeNamed does; invalid_time_range for an empty window
 */
export function decodeFunctionQuery(encoded: Uint8Array, nowUs: number): FunctionStatisticsQuery {
  const draft = decodeNamed<Draft<FunctionStatisticsQuery>>(encoded, functionDecoders, {});
  const orderBy = draft.orderBy ?? 'changed';
  return {
    namespace: draft.namespace ?? DEFAULT_NAMESPACE,
    ...windowOf(draft, nowUs),
    ...(draft.asOf === undefined ? {} : { asOf: draft.asOf }),
    compare: draft.compare ?? 'week',
    orderBy,
    order: draft.order ?? (orderBy === 'functionName' ? 'asc' : 'desc'),
    limit: draft.limit ?? LIMIT_DEFAULT,
    offset: draft.offset ?? 0,
  };
}

/**
 * @param nowUs as decodeFunctionQuery has it
 * @throws AppError as decodeFunctionQuery does
 */
export function decodeErrorQuery(encoded: Uint8Array, nowUs: number): ErrorQuery {
  const draft = decodeNamed<Draft<ErrorQuery>>(encoded, errorDecoders, {});
  return {
    ...draft,
    namespace: draft.namespace ?? DEFAULT_NAMESPACE,
    ...windowOf(draft, nowUs),
    orderBy: draft.orderBy ?? 'count',
    order: draft.order ?? 'desc',
    limit: draft.limit ?? LIMIT_DEFAULT,
    offset: draft.offset ?? 0,
  };
}

/**
 * @param nowUs as decodeFunctionQuery has it
 * @throws AppError as decodeFunctionQuery does
 */
export function decodeConcurrencyQuery(encoded: Uint8Array, nowUs: number): ChartQuery {
  return chartQueryOf(decodeNamed<Draft<ChartQuery>>(encoded, chartDecoders, {}), nowUs);
}

/**
 * @param nowUs as decodeFunctionQuery has it
 * @throws AppError as decodeFunctionQuery does
 */
export function decodeDistributionQuery(encoded: Uint8Array, nowUs: number): DistributionQuery {
  const draft = decodeNamed<Draft<DistributionQuery>>(encoded, distributionDecoders, {});
  return { ...chartQueryOf(draft, nowUs), of: draft.of ?? 'duration' };
}

function chartQueryOf(draft: Draft<ChartQuery>, nowUs: number): ChartQuery {
  const window = windowOf(draft, nowUs);
  return {
    ...draft,
    namespace: draft.namespace ?? DEFAULT_NAMESPACE,
    ...window,
    stepSeconds: draft.stepSeconds ?? usualStepSeconds(window.sinceUs, window.untilUs),
  };
}

/** The last day where nothing is told. */
function windowOf(given: Window, nowUs: number) {
  const untilUs = given.untilUs ?? Math.max(nowUs, (given.sinceUs ?? 0) + 1);
  const sinceUs = given.sinceUs ?? Math.max(0, untilUs - DAY_US);
  if (sinceUs >= untilUs) {
    throw new AppError('invalid_time_range', 'since must be before until', {
      details: { parameter: 'since' },
    });
  }
  return { sinceUs, untilUs };
}

function stepSeconds(value: string, name: string): number {
  const [, digits, unit = ''] = STEP.exec(value) ?? [];
  const seconds = Number(digits) * (STEP_UNITS[unit] ?? 1);
  return seconds <= STEP_SECONDS_MAX
    ? seconds
    : refuse(name, value, `it takes seconds, or 5m, 1h, 1d; at most ${STEP_SECONDS_MAX} seconds`);
}
