import { expect, test } from 'vitest';
import { bytes, count, duration, money, percent, trimmed } from './format.ts';

test.each([
  [0.25, '250 µs'],
  [0, '0 µs'],
  [12.345, '12.3 ms'],
  [999.6, '1,000 ms'],
  [1_500, '1.5 s'],
  [150_000, '2.5 min'],
  [3 * 3_600_000, '3 h'],
  [3 * 86_400_000, '3 d'],
])('%f ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1_023, '1,023 B'],
  [1_024, '1 KiB'],
  [128 * 2 ** 20, '128 MiB'],
  [3 * 2 ** 50, '3,072 TiB'],
])('%d bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test.each([
  [0, '0%'],
  [0.00001, '<0.01%'],
  [0.0216, '2.16%'],
  [1, '100%'],
])('a share of %f is %s', (value, text) => {
  expect(percent(value)).toBe(text);
});

test('numbers have three digits that count, counts have all', () => {
  const numbers = [0, 0.0012345, 0.00000099, 1.23456, 99.96, 123.456, 1_234_567.8];
  expect(numbers.map(trimmed)).toEqual([
    ...['0', '0.00123', '<0.000001', '1.23', '100'],
    ...['123', '1,234,568'],
  ]);
  expect(count(12_345_678)).toBe('12,345,678');
});

test.each([
  [0, '0.00 USD'],
  [0.00123, '0.00123 USD'],
  [0.05, '0.05 USD'],
  [1.236, '1.24 USD'],
  [1234.5, '1234.50 USD'],
])('%f in money is %s', (amount, text) => {
  expect(money(amount, 'USD')).toBe(text);
});
