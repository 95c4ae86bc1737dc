import { expect, test } from 'vitest';
import { TimeBudget } from './time-budget.ts';

test('a key has its share of a minute at once, and then as it fills up again', () => {
  const budget = new TimeBudget(6);
  expect(budget.waitMs('a', 0, 0)).toBe(0);
  budget.spend('a', 0, 5_999);
  expect(budget.waitMs('a', 0, 0)).toBe(0);
  budget.spend('a', 0, 601);
  // A tenth of real time fills it up: 600 ms over the share take six seconds.
  const waitMs = budget.waitMs('a', 0, 0);
  expect(waitMs).toBeCloseTo(6_010);
  expect(budget.waitMs('a', waitMs, 0)).toBe(0);
  expect(budget.waitMs('b', 0, 0)).toBe(0);
});

test('what still runs counts as well', () => {
  const budget = new TimeBudget(6);
  expect(budget.waitMs('a', 0, 5_000)).toBe(0);
  expect(budget.waitMs('a', 0, 6_000)).toBeGreaterThan(0);
});

test('0 is no bound', () => {
  const budget = new TimeBudget(0);
  budget.spend('a', 0, 1e9);
  expect(budget.waitMs('a', 0, 1e9)).toBe(0);
});

test('keys that have their whole share are forgotten, others are not', () => {
  const budget = new TimeBudget(1);
  budget.spend('busy', 0, 1e9);
  for (let each = 0; each < 3_000; each++) {
    budget.spend(`key-${each}`, each * 1_000, 10);
  }
  expect(budget.waitMs('busy', 3_000_000, 0)).toBeGreaterThan(0);
});
