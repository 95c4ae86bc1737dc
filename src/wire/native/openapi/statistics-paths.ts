// Questions about many runs together.

import { ERRORS_LIMIT_MAX, errorOrders } from '../../../domain/error-groups.ts';
import {
  comparisons,
  FUNCTIONS_LIMIT_MAX,
  functionOrders,
} from '../../../domain/function-statistics.ts';
import { LIMIT_DEFAULT, orderDirections } from '../../../domain/invocation-query.ts';
import { distributionFields } from '../../../domain/run-charts.ts';
import { statisticsGroups } from '../../../domain/statistics.ts';
import {
  errorShapeParameter,
  filterParameters,
  narrowingParameters,
  queryParameter,
} from './filter-parameters.ts';
import { answers, type Paths, ref } from './openapi-types.ts';

const asOf = queryParameter('asOf', 'the mark of an earlier answer: the same figures again', {
  type: 'integer',
  minimum: 0,
});

const chartParameters = [
  ...narrowingParameters('namespace', 'functionName', 'qualifier', 'since', 'until'),
  queryParameter(
    'step',
    'length of a slice: seconds, or 5m, 1h, 1d; 200 slices at most if not told',
    {
      type: 'string',
    },
  ),
];

export const statisticsPaths: Paths = {
  '/api/v1/stats': {
    get: {
      operationId: 'readStatistics',
      summary: 'Figures over all runs that match, by group',
      parameters: [
        ...filterParameters,
        errorShapeParameter,
        queryParameter(
          'percentiles',
          'whether durations and memory are wanted, which take most of the time',
          { type: 'string', enum: ['true', 'false'], default: 'true' },
        ),
        queryParameter('groupBy', `of ${statisticsGroups.join(', ')}; by commas`, {
          type: 'string',
          pattern: `^(${statisticsGroups.join('|')})(,(${statisticsGroups.join('|')}))*$`,
        }),
        queryParameter('step', 'length of a group by time: seconds, or 5m, 1h, 1d', {
          type: 'string',
          default: '1h',
        }),
        asOf,
      ],
      responses: answers(ref('Statistics'), 'the figures'),
    },
  },
  '/api/v1/stats/concurrency': {
    get: {
      operationId: 'readConcurrency',
      summary: 'How many runs went on at once',
      parameters: [...chartParameters, asOf],
      responses: answers(ref('Concurrency'), 'the numbers by slices of the window'),
    },
  },
  '/api/v1/stats/distribution': {
    get: {
      operationId: 'readDistribution',
      summary: 'Runs that have ended by time and by duration or memory',
      parameters: [
        ...chartParameters,
        queryParameter('of', 'what the buckets are of', {
          type: 'string',
          enum: [...distributionFields],
          default: 'duration',
        }),
        asOf,
      ],
      responses: answers(ref('Distribution'), 'the cells with runs'),
    },
  },
  '/api/v1/errors': {
    get: {
      operationId: 'findErrors',
      summary: 'Failed runs by the shape of what went wrong, names and numbers taken out',
      parameters: [
        ...narrowingParameters(
          ...['namespace', 'functionName', 'qualifier', 'since', 'until'],
          ...['search', 'contains', 'regex'],
        ),
        queryParameter('orderBy', 'count where it is left out', {
          type: 'string',
          enum: [...errorOrders],
        }),
        queryParameter('order', 'desc where it is left out', {
          type: 'string',
          enum: [...orderDirections],
        }),
        queryParameter('limit', 'shapes of the page', {
          type: 'integer',
          minimum: 0,
          maximum: ERRORS_LIMIT_MAX,
          default: LIMIT_DEFAULT,
        }),
        queryParameter('offset', 'shapes before the page', { type: 'integer', minimum: 0 }),
        asOf,
      ],
      responses: answers(ref('ErrorPage'), 'the errors'),
    },
  },
  '/api/v1/functions': {
    get: {
      operationId: 'findFunctions',
      summary: 'Functions with runs in a window, beside an earlier one; what changed most first',
      parameters: [
        ...narrowingParameters('namespace', 'since', 'until'),
        queryParameter('compare', 'what the figures are compared with', {
          type: 'string',
          enum: [...comparisons],
          default: 'week',
        }),
        queryParameter('orderBy', 'changed where it is left out', {
          type: 'string',
          enum: [...functionOrders],
        }),
        queryParameter('order', 'asc by name, else desc', {
          type: 'string',
          enum: [...orderDirections],
        }),
        queryParameter('limit', 'functions of the page', {
          type: 'integer',
          minimum: 0,
          maximum: FUNCTIONS_LIMIT_MAX,
          default: LIMIT_DEFAULT,
        }),
        queryParameter('offset', 'functions before the page', { type: 'integer', minimum: 0 }),
        asOf,
      ],
      responses: answers(ref('FunctionPage'), 'the functions'),
    },
  },
};
