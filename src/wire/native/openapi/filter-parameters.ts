// Parameters that narrow a question down.

import { type Parameter, ref } from './openapi-types.ts';

export function queryParameter(
  name: string,
  description: string,
  schema: Parameter['schema'],
): Parameter {
  return { name, in: 'query', description, schema };
}

const text = { type: 'string', minLength: 1 };
const time = { type: 'string', format: 'date-time' };

/** What narrows a question down, in every question about records. */
export const filterParameters: readonly Parameter[] = [
  queryParameter('namespace', 'default where it is left out', { ...text, default: 'default' }),
  queryParameter('functionName', 'records of one function', text),
  queryParameter('qualifier', 'records of one version or alias', text),
  queryParameter('requestId', 'records of one request, with its retries', text),
  queryParameter('status', 'records that ended so, or have not ended', ref('Status')),
  queryParameter(
    'search',
    'words and "phrases" that the message or the log has, all of them',
    text,
  ),
  queryParameter('contains', 'a text in the message or the log, byte for byte', text),
  queryParameter('regex', 'what the message or the log matches, in the syntax of RE2', text),
  queryParameter('cold', 'cold starts only, or others only', {
    type: 'string',
    enum: ['true', 'false'],
  }),
  queryParameter('slow', 'slower than times the median as in >3x, or a duration as in >250ms', {
    type: 'string',
    pattern: '^>?\\d+(\\.\\d+)?(x|ms|s|m|h)$',
  }),
  queryParameter('since', 'the first start of the window; RFC 3339 with a zone', time),
  queryParameter('until', 'the first start after the window', time),
];

/** Beside them, of records that are stored. */
export const errorShapeParameter = queryParameter(
  'errorShape',
  'failed runs of one shape, by the shapeId of GET /api/v1/errors',
  { type: 'string', pattern: '^[0-9a-f]{16}$' },
);

/** Some of them. */
export function narrowingParameters(...names: readonly string[]): Parameter[] {
  return filterParameters.filter(({ name }) => names.includes(name));
}
