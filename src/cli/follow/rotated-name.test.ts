import { describe, expect, test } from 'vitest';
import { compareAge, isRotatedName } from './rotated-name.ts';

describe('the name of a rotated file', () => {
  test.each([
    ['app.log', 'app.log.1'],
    ['app.log', 'app.log.12.gz'],
    ['app.log', 'app.log-20240101'],
    ['app.log', 'app.log-20240101.gz'],
    ['app.log', 'app.log.2024-01-01_10-00'],
    ['app.log', 'app.log.old'],
    ['app.log', 'app.log.gz'],
    ['app.log', 'app-20240101.log'],
    ['app.log', 'app-2024-01-01T18-30-00.000.log.gz'],
    ['0.log', '0.log.20240101-101010.gz'],
    ['records', 'records.1'],
  ])('%s becomes %s', (base, name) => {
    expect(isRotatedName(name, base)).toBe(true);
  });

  test.each([
    ['app.log', 'app.log'],
    ['app.log', 'app-1.log'],
    ['app.log', 'app2.log'],
    ['app.log', 'apps.log.1'],
    ['app.log', 'app.log.zst'],
    ['app.log', 'app.log.1.tmp'],
    ['app.log', 'app.logs'],
    ['app.log', 'ap'],
    ['app-20240101.log', 'app-20240102.log'],
  ])('%s does not become %s', (base, name) => {
    expect(isRotatedName(name, base)).toBe(false);
  });
});

test('the older of two was written earlier, or has the higher counter', () => {
  const names = ['a.log.2', 'a.log.10.gz', 'a.log.1'].map((name) => ({ name, mtimeNs: 5n }));
  const files = [
    ...names,
    { name: 'a.log.3', mtimeNs: 9n },
    { name: 'a.log-20240101', mtimeNs: 1n },
  ];
  expect(files.sort(compareAge).map(({ name }) => name)).toEqual([
    'a.log-20240101',
    'a.log.10.gz',
    'a.log.2',
    'a.log.1',
    'a.log.3',
  ]);
});
