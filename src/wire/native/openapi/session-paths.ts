// Signing in by a browser, and running functions of this machine.

import { answers, type Paths, ref, type Schema } from './openapi-types.ts';

const text = (description: string): Schema => ({ type: 'string', description });

const csrfToken = {
  name: 'x-csrf-token',
  in: 'header' as const,
  required: true,
  description: 'the csrfToken of the session',
  schema: { type: 'string' },
};

export const sessionPaths: Paths = {
  '/api/v1/session': {
    post: {
      operationId: 'signIn',
      summary: 'Begins a session; its cookie then stands for the key',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: ref('SignIn') } },
      },
      responses: answers(ref('Session'), 'the session, and its cookie'),
    },
    get: {
      operationId: 'readSession',
      summary: 'The session of the cookie',
      responses: answers(ref('Session'), 'the session'),
    },
    delete: {
      operationId: 'signOut',
      summary: 'Ends the session of the cookie',
      parameters: [csrfToken],
      responses: {
        '204': { description: 'it is ended' },
        default: { $ref: '#/components/responses/Error' },
      },
    },
  },
  '/api/v1/functions/{name}/invocations': {
    post: {
      operationId: 'runFunction',
      summary: 'Runs a function of this machine, under fnlog dev alone',
      parameters: [
        {
          name: 'name',
          in: 'path',
          required: true,
          description: 'of the function',
          schema: { type: 'string' },
        },
      ],
      requestBody: {
        description: 'the event',
        content: { 'application/json': { schema: {} } },
      },
      responses: answers(ref('Invocation'), 'the record of the run'),
    },
  },
};

export const sessionSchemas: Readonly<Record<string, Schema>> = {
  SignIn: {
    type: 'object',
    required: ['secretId', 'secretKey'],
    properties: {
      secretId: text('of the key'),
      secretKey: text('of the key'),
      token: text('of a temporary key'),
    },
  },
  Session: {
    type: 'object',
    required: [...['secretId', 'role', 'namespaces', 'expiresAt', 'csrfToken', 'localFunctions']],
    properties: {
      secretId: text('of the key'),
      role: { type: 'string', enum: ['ingest', 'read', 'admin'] },
      namespaces: {
        description: 'that the key may touch; * is all',
        oneOf: [
          { type: 'string', const: '*' },
          { type: 'array', items: { type: 'string' } },
        ],
      },
      expiresAt: { type: 'string', format: 'date-time' },
      csrfToken: text('to be sent as x-csrf-token with whatever changes something'),
      localFunctions: {
        type: 'array',
        description: 'functions that this key may run here',
        items: { type: 'string' },
      },
    },
  },
};
