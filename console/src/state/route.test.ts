// What the address holds, read and written. A window of a browser is all that these modules ask for.

import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

type Route = typeof import('./route.ts');
type Query = typeof import('./invocation-query.ts');

let route: Route;
let query: Query;

beforeAll(async () => {
  vi.stubGlobal('window', {
    location: { pathname: '/console/', search: '' },
    history: { pushState: () => undefined, replaceState: () => undefined },
    addEventListener: () => undefined,
  });
  route = await import('./route.ts');
  query = await import('./invocation-query.ts');
});

beforeEach(() => clear());

/** Takes everything out of the address. */
function clear(): void {
  const { parameters } = route.place.value;
  route.change(Object.fromEntries([...parameters.keys()].map((key) => [key, undefined])));
}

test('links keep the namespace and the window, and nothing else', () => {
  route.change({ namespace: 'prod', since: '2h', until: '1h', page: '3', at: '1', live: '1' });
  expect(route.linkTo('invocations')).toBe('/console/invocations?namespace=prod&since=2h&until=1h');
  expect(route.linkTo('function', 'a/b?c', { namespace: undefined })).toBe(
    '/console/functions/a%2Fb%3Fc?since=2h&until=1h',
  );
});

test('what is empty is taken out, and newest takes a page with its mark and its clock back', () => {
  route.change({ functionName: 'f', page: '2', asOf: '7', at: '1', status: '' });
  expect(query.shownMark.value).toBe('7');
  expect(query.pageQuestion.value).toMatchObject({ functionName: 'f', asOf: '7', offset: 50 });
  route.change(route.NEWEST);
  expect(route.linkHere({})).toBe('/console/?functionName=f');
  expect(query.pageNumber.value).toBe(1);
});

test('nonsense in an address is passed over', () => {
  route.change({ orderBy: 'nonsense', order: 'up', page: '-1', slow: '3x' });
  expect(query.sorting.value).toEqual({ orderBy: 'startTime', order: 'desc' });
  expect(query.pageNumber.value).toBe(1);
  expect(query.filters.value).toEqual({ slow: '>3x' });
});

test('values that the address does not change are the same objects', () => {
  route.change({ functionName: 'f' });
  const before = query.pageQuestion.value;
  route.change({ run: 'r' });
  expect(query.pageQuestion.value).toBe(before);
});
