// The OpenAPI document says what the server does: it is valid, its parameters are those that the
// server knows, and what the server answers has the shapes that it names.

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../src/wire/native/openapi/build-document.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

const START = '2026-01-31T12:00:00.123456Z';
const WINDOW = 'since=2026-01-31T00:00:00Z&until=2026-02-01T00:00:00Z';

let app: TestApp;
let document: OpenApiDocument;
let authorization: string;

beforeAll(async () => {
  app = await startTestApp({ flags: { prices: 'currency=USD,gbSecond=0.5,millionRuns=0.25' } });
  authorization = `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
  document = (await get('/api/v1/openapi.json')) as OpenApiDocument;
  await app.ingest([
    {
      functionName: 'f',
      requestId: 'whole',
      startTime: START,
      duration: 1.5,
      initDuration: 2.5,
      timeLimit: 3_000,
      log: 'a log',
      colour: 'a field that nobody knows',
    },
    { functionName: 'f', requestId: 'running', startTime: START, retCode: 2 },
    { functionName: 'f', requestId: 'failed', startTime: START, retCode: 1, retMsg: 'no 7' },
  ]);
});
afterAll(() => app.remove());

async function ask(path: string): Promise<Response> {
  return await fetch(`${app.url}${path}`, { headers: { authorization } });
}

async function get(path: string): Promise<unknown> {
  return await (await ask(path)).json();
}

/** A check of values against a schema of the document. */
function checkOf(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const check = ajv.getSchema(`document#/components/schemas/${name}`);
  return (value: unknown) => {
    check?.(value);
    return check === undefined ? 'there is no such schema' : check.errors;
  };
}

test('is a valid document', async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  );
  expect({ valid, errors }).toMatchObject({ valid: true });
});

test('is for whoever has a key', async () => {
  expect((await fetch(`${app.url}/api/v1/openapi.json`)).status).toBe(401);
});

describe('the questions that it names', () => {
  const questions = () =>
    Object.entries(document.paths).flatMap(([path, { get: question }]) =>
      // The session is of the cookie, and takes no parameters.
      question === undefined || path === '/api/v1/session' ? [] : [{ path, question }],
    );

  test('are there, with the parameters that the server knows', async () => {
    expect(questions().length).toBeGreaterThan(1);
    for (const { path, question } of questions()) {
      const response = await ask(`${path.replace(/\{\w+\}/g, 'whole')}?noSuchParameter=1`);
      const { error } = (await response.json()) as { error: { message: string } };
      const known = error.message.split('known: ')[1]?.split(', ') ?? [];
      const named = (question.parameters ?? []).map(({ name }) => name);
      expect({ path, known: known.sort() }).toEqual({ path, known: [...new Set(named)].sort() });
    }
  });

  test('refuse with the error that it describes', async () => {
    const problemsOf = checkOf('Error');
    for (const { path } of questions()) {
      expect(problemsOf(await get(`${path.replace(/\{\w+\}/g, 'whole')}?limit=no`))).toBeNull();
    }
  });
});

test('pages and records have the shape that it describes', async () => {
  const problemsOf = checkOf('InvocationPage');
  for (const path of [
    '/api/v1/invocations',
    '/api/v1/invocations/whole?limit=1',
    '/api/v1/invocations?search=log',
    '/api/v1/invocations?rank=true',
  ]) {
    const page = (await get(path)) as { invocations: object[] };
    expect(page.invocations.length).toBeGreaterThan(0);
    expect(problemsOf(page)).toBeNull();
    expect(problemsOf({ ...page, total: '1' })).not.toBeNull();
  }
});

test.each([
  ['Statistics', '/api/v1/stats?groupBy=time,functionName,qualifier&step=1d'],
  ['Statistics', '/api/v1/stats?functionName=nobody'],
  ['FunctionPage', `/api/v1/functions?${WINDOW}`],
  ['Concurrency', `/api/v1/stats/concurrency?${WINDOW}&step=1h`],
  ['Concurrency', '/api/v1/stats/concurrency'],
  ['Distribution', `/api/v1/stats/distribution?${WINDOW}`],
  ['Distribution', `/api/v1/stats/distribution?${WINDOW}&of=memUsage&functionName=f&step=1d`],
  ['FunctionPage', '/api/v1/functions?compare=none'],
  ['ErrorPage', '/api/v1/errors?since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z'],
])('%s have the shape that it describes: %s', async (name, path) => {
  const answer = (await get(path)) as object;
  expect(checkOf(name)(answer)).toBeNull();
  expect(checkOf(name)({ ...answer, asOf: '1' })).not.toBeNull();
});

test('every field of a record is described', async () => {
  const plain = (await get('/api/v1/invocations')) as { invocations: object[] };
  const searched = (await get('/api/v1/invocations?search=log&rank=true')) as {
    invocations: object[];
  };
  const records = [...plain.invocations, ...searched.invocations];
  const fields = new Set(records.flatMap((record) => Object.keys(record)));
  const { Invocation } = document.components['schemas'] as {
    Invocation: { properties: object };
  };
  fields.delete('colour');
  const described = Object.keys(Invocation.properties).filter((name) => name !== 'logCutBytes');
  expect([...fields].sort()).toEqual(described.sort());
});

test('receipts have the shape that it describes', async () => {
  const problemsOf = checkOf('Receipt');
  const receipt = await app.ingest([
    { functionName: 'f', requestId: 'more', startTime: START },
    { functionName: 'f', requestId: 'no start' },
  ]);
  expect(receipt).toMatchObject({ accepted: 1, rejected: [{ line: 2 }] });
  expect(problemsOf(receipt)).toBeNull();
});
