// Records in, and questions about them.

import {
  LIMIT_DEFAULT,
  LIMIT_MAX,
  orderDirections,
  orderFields,
} from '../../../domain/invocation-query.ts';
import { errorShapeParameter, filterParameters, queryParameter } from './filter-parameters.ts';
import { answers, type Parameter, type Paths, ref } from './openapi-types.ts';

const text = { type: 'string', minLength: 1 };

const pageParameters: readonly Parameter[] = [
  errorShapeParameter,
  queryParameter('orderBy', 'startTime where it is left out', {
    type: 'string',
    enum: [...orderFields],
  }),
  queryParameter('order', 'asc with orderBy; without either, newest first', {
    type: 'string',
    enum: [...orderDirections],
  }),
  queryParameter('limit', 'records of the page; 0 counts only', {
    type: 'integer',
    minimum: 0,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
  }),
  queryParameter('offset', 'records before the page', { type: 'integer', minimum: 0, default: 0 }),
  queryParameter('asOf', 'the mark of an earlier answer: the same total and order again', {
    type: 'integer',
    minimum: 0,
  }),
  queryParameter('receipt', 'whether to say how complete the records are; false with a cursor', {
    type: 'string',
    enum: ['true', 'false'],
    default: 'true',
  }),
  queryParameter('rank', 'true: each record with its place among the runs of its function', {
    type: 'string',
    enum: ['true', 'false'],
  }),
  queryParameter('cursor', 'the nextCursor of a page: the page after it, at the same mark', text),
];

const requestId: Parameter = {
  name: 'requestId',
  in: 'path',
  required: true,
  description: 'as the record has it',
  schema: text,
};

export const invocationPaths: Paths = {
  '/api/v1/invocations': {
    get: {
      operationId: 'findInvocations',
      summary: 'A page of records with the exact total of all that match',
      parameters: [...filterParameters, ...pageParameters],
      responses: answers(ref('InvocationPage'), 'the page'),
    },
    post: {
      operationId: 'writeInvocations',
      summary: 'Records in; the receipt comes when everything it counts is on disk',
      parameters: [
        {
          name: 'Content-Encoding',
          in: 'header',
          description: 'gzip where the body is packed',
          schema: { type: 'string', enum: ['gzip'] },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/x-ndjson': { schema: ref('InvocationToWrite') },
          'application/json': { schema: { type: 'array', items: ref('InvocationToWrite') } },
        },
      },
      responses: answers(ref('Receipt'), 'the receipt'),
    },
  },
  '/api/v1/tail': {
    get: {
      operationId: 'followInvocations',
      summary: 'Records as they come in, as server-sent events',
      parameters: [
        ...filterParameters,
        queryParameter('after', 'everything after this ingest sequence; from now on without it', {
          type: 'integer',
          minimum: 0,
        }),
      ],
      responses: {
        '200': {
          description: 'events invocation (data: a record), gap and end; ids are sequences',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
        default: { $ref: '#/components/responses/Error' },
      },
    },
  },
  '/api/v1/invocations/{requestId}': {
    get: {
      operationId: 'findInvocation',
      summary: 'All retries of one request; 404 where there is none',
      parameters: [
        requestId,
        ...filterParameters.filter(({ name }) => name !== requestId.name),
        ...pageParameters,
      ],
      responses: answers(ref('InvocationPage'), 'the records'),
    },
  },
};
