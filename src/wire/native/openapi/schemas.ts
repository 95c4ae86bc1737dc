// The shapes of what the native API takes and gives.

import { invocationStatuses } from '../../../domain/invocation-query.ts';
import { ref, type Schema } from './openapi-types.ts';

const text = (description: string): Schema => ({ type: 'string', description });
const number = (description: string): Schema => ({ type: 'number', description });
const whole = (description: string): Schema => ({ type: 'integer', description });
const time = (description: string): Schema => ({
  type: 'string',
  format: 'date-time',
  description,
});

const writtenFields: Readonly<Record<string, Schema>> = {
  namespace: text('default where it is left out'),
  functionName: text('1 to 256 characters'),
  qualifier: text('$LATEST where it is left out'),
  requestId: text('1 to 256 characters; names the event, a retry keeps it'),
  retryNum: whole('0 for the first run of a request'),
  startTime: time('UTC, to the microsecond'),
  duration: number('milliseconds'),
  billDuration: whole('milliseconds'),
  memUsage: whole('bytes'),
  memoryLimit: whole('bytes; 0 where it is not known'),
  timeLimit: whole('milliseconds that the run may take; absent where it is not known'),
  initDuration: number('milliseconds; present on a cold start'),
  retCode: whole('0 ok, 2 running, 3 interrupted, other failed'),
  statusCode: whole('the kind of outcome, by the table of SCF'),
  invokeFinished: { type: 'integer', enum: [0, 1], description: '1 once the run has ended' },
  retMsg: text('what the run returned'),
  log: text('what the run logged'),
  traceId: text('empty where there is none'),
  source: text('where the record comes from'),
};

const recordFields: Readonly<Record<string, Schema>> = {
  ...writtenFields,
  logCutBytes: whole('bytes that the log was over the bound; absent where it was not cut'),
  runStatus: {
    type: 'string',
    enum: ['running', 'lost'],
    description: 'of a run with retCode 2',
  },
  lastHeard: time('when fnlog last took news of a run that has not ended'),
  rank: {
    type: 'object',
    description: 'among the runs of its function that have ended; only where it is asked for',
    required: ['percentile', 'among', 'median', 'timesMedian'],
    properties: {
      percentile: number('the share of them that took no longer, 0 to 100'),
      among: whole('how many they are'),
      median: number('milliseconds'),
      timesMedian: { type: ['number', 'null'], description: 'null where the median is 0' },
    },
  },
  snippets: {
    type: 'array',
    description: 'where a search was found; only where something is searched for',
    items: {
      type: 'object',
      required: ['field', 'text', 'hits'],
      properties: {
        field: { type: 'string', enum: ['log', 'retMsg'] },
        text: text('a part of the text'),
        hits: {
          type: 'array',
          description: 'where hits begin and end in it, in UTF-16 units',
          items: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
        },
      },
    },
  },
};

/** Optional, since a record may have been written by hand. */
const alwaysGiven = Object.keys(writtenFields).filter(
  (name) => name !== 'timeLimit' && name !== 'initDuration',
);

export const schemas: Readonly<Record<string, Schema>> = {
  Invocation: {
    type: 'object',
    description:
      'One run of a function. Unknown fields of an ingested record are kept beside these.',
    required: alwaysGiven,
    properties: recordFields,
    additionalProperties: true,
  },
  InvocationToWrite: {
    type: 'object',
    description: 'Every field that is left out has a default. Other fields are kept as they come.',
    required: ['functionName', 'requestId', 'startTime'],
    properties: {
      ...writtenFields,
      startTime: {
        description: 'RFC 3339 with a zone, or milliseconds since 1970',
        oneOf: [{ type: 'string' }, { type: 'number' }],
      },
    },
    additionalProperties: true,
  },
  InvocationPage: {
    type: 'object',
    required: ['total', 'asOf', 'invocations'],
    properties: {
      total: whole('how many records match, exactly'),
      asOf: whole('the mark that the answer is about; with it, it stays the same'),
      nextCursor: text('for the page after this one; absent where there is none'),
      receipt: ref('Completeness'),
      invocations: { type: 'array', items: ref('Invocation') },
    },
  },
  Completeness: {
    type: 'object',
    description: 'of all records of the function, or of the namespace, in the window',
    required: [...['runs', 'late', 'cut', 'replaced', 'duplicates', 'rejected', 'running', 'lost']],
    properties: {
      since: time('the first start of the window'),
      until: time('the first start after the window'),
      runs: whole('records that are stored'),
      newest: time('the latest start'),
      newestAge: whole('milliseconds since the latest start'),
      late: whole('came more than five minutes after their end'),
      cut: whole('with a log that was cut'),
      replaced: whole('took the place of an earlier record of the same run'),
      duplicates: whole('were sent again as they are; of all hours that the window touches'),
      rejected: whole('were sent and not taken; of all hours that the window touches'),
      running: whole('have not ended, and still may'),
      lost: whole('never ended, though their time is up'),
    },
  },
  Receipt: {
    type: 'object',
    required: ['accepted', 'replaced', 'duplicates', 'rejected'],
    properties: {
      accepted: whole('records that are new'),
      replaced: whole('records that took the place of an earlier one'),
      duplicates: whole('records that were there already'),
      rejected: {
        type: 'array',
        description: 'the first thousand',
        items: {
          type: 'object',
          required: ['line', 'field', 'reason'],
          properties: {
            line: whole('of NDJSON, or the element of an array, from 1'),
            field: text('empty where the record cannot be read'),
            reason: text('what is accepted'),
          },
        },
      },
      rejectedCount: whole('given where `rejected` lists only the first'),
    },
  },
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: text('stays the same across versions'),
          message: text('names the field, the value and what is accepted'),
          details: { type: 'object', additionalProperties: true },
        },
      },
    },
  },
  Status: { type: 'string', enum: [...invocationStatuses] },
};
