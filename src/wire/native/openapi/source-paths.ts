// Events of other platforms, each a part of what becomes the record of a run.

import { sources } from '../../sources.ts';
import { answers, type Paths, ref } from './openapi-types.ts';

const optionalText = { type: 'string', minLength: 1 };

const anyBody = {
  required: true,
  description: 'as the platform sends it; may be gzip',
  content: { '*/*': { schema: {} } },
};

export const sourcePaths: Paths = {
  '/api/v1/sources/{source}': {
    post: {
      operationId: 'writeEvents',
      summary: 'Events of another platform; the receipt counts events',
      parameters: [
        {
          name: 'source',
          in: 'path',
          required: true,
          description: 'whose events these are',
          schema: { type: 'string', enum: [...sources.keys()] },
        },
        ...[...new Set([...sources.values()].flatMap(({ parameters }) => parameters))].map(
          (name) => ({
            name,
            in: 'query' as const,
            description: 'where the events do not say it; not every source has it',
            schema: optionalText,
          }),
        ),
      ],
      requestBody: anyBody,
      responses: answers(ref('Receipt'), 'the receipt'),
    },
  },
  '/api/v1/sources/firehose': {
    post: {
      operationId: 'writeFirehoseDelivery',
      summary: 'A delivery of Firehose with records of a CloudWatch Logs subscription',
      parameters: [
        {
          name: 'X-Amz-Firehose-Access-Key',
          in: 'header',
          required: true,
          description: 'SecretId:SecretKey',
          schema: optionalText,
        },
        ...['namespace', 'functionName'].map((name) => ({
          name,
          in: 'query' as const,
          description: 'where the common attributes do not say it',
          schema: optionalText,
        })),
      ],
      requestBody: anyBody,
      responses: {
        default: {
          description: 'as the protocol of Firehose has it; errorMessage where nothing was taken',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['requestId', 'timestamp'],
                properties: {
                  requestId: { type: 'string' },
                  timestamp: { type: 'integer' },
                  errorMessage: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  },
};
