// The shapes of figures over many runs.

import { distributionFields } from '../../../domain/run-charts.ts';
import { ref, type Schema } from './openapi-types.ts';

const whole = (description: string): Schema => ({ type: 'integer', description });
const number = (description: string): Schema => ({ type: 'number', description });

const numbersOf = (names: Readonly<Record<string, string>>): Schema => ({
  type: 'object',
  required: Object.keys(names),
  properties: Object.fromEntries(
    Object.entries(names).map(([name, description]) => [name, number(description)]),
  ),
});

const figures: Readonly<Record<string, Schema>> = {
  runs: whole('all of them'),
  ok: whole('retCode 0'),
  failed: whole('ended, and not with retCode 0'),
  running: whole('not ended, and still may'),
  lost: whole('never ended, though their time is up'),
  coldStarts: whole('runs with an initDuration'),
  duration: {
    ...numbersOf({
      mean: 'milliseconds',
      p50: 'milliseconds',
      p90: 'milliseconds',
      p95: 'milliseconds',
      p99: 'milliseconds',
      max: 'milliseconds',
    }),
    description: 'of runs that have ended; absent where none has',
  },
  memory: {
    ...numbersOf({
      p95: 'bytes used',
      max: 'bytes used',
      limit: 'the largest limit in bytes; 0 where none is known',
      share: 'the largest share of its limit that a run used',
    }),
    description: 'of runs that have ended; absent where none has',
  },
  billedGbSeconds: number('billed seconds times 2^30 bytes of the limit, or of the memory used'),
  price: {
    type: 'object',
    description: 'where the setting prices is set',
    required: ['amount', 'currency'],
    properties: { amount: number('for the runs that have ended'), currency: { type: 'string' } },
  },
};
const alwaysGiven = [
  ...['runs', 'ok', 'failed', 'running', 'lost', 'coldStarts', 'billedGbSeconds'],
];
const time: Schema = { type: 'string', format: 'date-time' };
const counts: Schema = { type: 'array', items: { type: 'integer' } };

export const statisticsSchemas: Readonly<Record<string, Schema>> = {
  Figures: { type: 'object', required: alwaysGiven, properties: figures },
  Statistics: {
    type: 'object',
    required: ['asOf', 'groups'],
    properties: {
      asOf: whole('the mark that the answer is about'),
      groups: {
        type: 'array',
        items: {
          type: 'object',
          required: alwaysGiven,
          properties: {
            time: { type: 'string', format: 'date-time', description: 'when the group begins' },
            functionName: { type: 'string' },
            qualifier: { type: 'string' },
            ...figures,
          },
        },
      },
    },
  },
  Concurrency: {
    type: 'object',
    required: ['asOf', 'since', 'until', 'step', 'runs', 'max', 'maxAt', 'points'],
    properties: {
      asOf: whole('the mark that the answer is about'),
      since: time,
      until: time,
      step: whole('seconds of a slice'),
      runs: whole('that went on at some moment of the window'),
      max: whole('the most at one moment'),
      maxAt: { ...time, description: 'the first such moment' },
      points: {
        type: 'array',
        description: 'every slice that the window touches',
        items: {
          type: 'object',
          required: ['time', 'max', 'mean'],
          properties: { time, max: whole('at one moment'), mean: number('over the slice') },
        },
      },
    },
  },
  Distribution: {
    type: 'object',
    required: ['asOf', 'since', 'until', 'step', 'of', 'buckets', 'cells'],
    properties: {
      asOf: whole('the mark that the answer is about'),
      since: time,
      until: time,
      step: whole('seconds of a slice'),
      of: { type: 'string', enum: [...distributionFields] },
      buckets: {
        type: 'array',
        description: 'those with runs, in milliseconds or bytes; small ones first',
        items: {
          type: 'object',
          required: ['from', 'to'],
          properties: { from: number('the smallest value'), to: number('the first too large') },
        },
      },
      cells: {
        type: 'array',
        description: 'those with runs, by time and bucket',
        items: {
          type: 'object',
          required: ['time', 'bucket', 'count'],
          properties: { time, bucket: whole('its place in buckets'), count: whole('runs') },
        },
      },
    },
  },
  ErrorPage: {
    type: 'object',
    required: ['total', 'runs', 'asOf', 'since', 'until', 'trendStep', 'errors'],
    properties: {
      total: whole('shapes in the window'),
      runs: whole('failed runs in the window'),
      asOf: whole('the mark that the answer is about'),
      since: time,
      until: time,
      trendStep: whole('length of the slices of a trend, in seconds'),
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: [
            ...['shapeId', 'shape', 'count', 'functions', 'firstSeen', 'lastSeen'],
            ...['example', 'trend'],
          ],
          properties: {
            shapeId: { type: 'string', description: 'names the shape' },
            shape: { type: 'string' },
            count: whole('failed runs'),
            functions: whole('functions that have such runs'),
            firstSeen: time,
            lastSeen: time,
            example: {
              type: 'object',
              description: 'the newest of them',
              required: ['functionName', 'requestId', 'startTime', 'statusCode', 'message'],
              properties: {
                functionName: { type: 'string' },
                requestId: { type: 'string' },
                startTime: time,
                statusCode: { type: 'integer' },
                message: { type: 'string' },
              },
            },
            trend: {
              ...counts,
              description:
                'by slices that begin at multiples of trendStep: all that the window touches',
            },
          },
        },
      },
    },
  },
  FunctionPage: {
    type: 'object',
    required: ['total', 'asOf', 'since', 'until', 'seriesStep', 'functions'],
    properties: {
      total: whole('functions with runs in the window'),
      asOf: whole('the mark that the answer is about'),
      since: { type: 'string', format: 'date-time' },
      until: { type: 'string', format: 'date-time' },
      seriesStep: whole('length of the slices of a series, in seconds'),
      functions: {
        type: 'array',
        items: {
          type: 'object',
          required: ['functionName', 'changed', 'series', ...alwaysGiven],
          properties: {
            functionName: { type: 'string' },
            ...figures,
            changed: number('how much is different from the earlier window'),
            previous: ref('Figures'),
            series: {
              type: 'object',
              description:
                'by slices that begin at multiples of seriesStep: all that the window touches',
              required: ['runs', 'failed'],
              properties: { runs: counts, failed: counts },
            },
          },
        },
      },
    },
  },
};
