import { expect, test } from 'vitest';
import { buildNamespaceQuery } from './namespace-query.ts';

test('a question about nothing more is about the first 20 namespaces by name', () => {
  expect(buildNamespaceQuery({ among: '*' })).toEqual({
    among: '*',
    orderBy: 'name',
    order: 'asc',
    limit: 20,
    offset: 0,
  });
});

test('a question about namespaces keeps everything that was given', () => {
  const whole = {
    among: ['prod'],
    search: 's',
    orderBy: 'lastStart',
    order: 'desc',
    limit: 0,
    offset: 7,
  } as const;
  expect(buildNamespaceQuery(whole)).toEqual(whole);
});
