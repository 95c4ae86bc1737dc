import { expect, test } from 'vitest';
import { buildFunctionQuery } from './function-query.ts';

test('a question about nothing is about the first 20 functions of the default namespace by name', () => {
  expect(buildFunctionQuery({})).toEqual({
    namespace: 'default',
    orderBy: 'functionName',
    order: 'asc',
    limit: 20,
    offset: 0,
  });
});

test('a question about functions keeps everything that was given', () => {
  const whole = {
    namespace: 'prod',
    search: 's',
    facts: [{ path: ['runtime'], values: ['nodejs20'] }],
    description: 'd',
    orderBy: 'lastStart',
    order: 'desc',
    limit: 0,
    offset: 7,
  } as const;
  expect(buildFunctionQuery(whole)).toEqual(whole);
});
