import { describe, expect, test } from 'vitest';
import { parsePrices } from './prices.ts';

describe('prices', () => {
  const prices = { currency: 'USD', gbSecond: 0.0000166667, millionRuns: 0.2 };

  test.each([
    ['currency=USD,gbSecond=0.0000166667,millionRuns=0.2', prices],
    [' millionRuns = 0.2 , currency = USD , gbSecond = 0.0000166667', prices],
    [prices, prices],
    ['currency=CNY', { currency: 'CNY', gbSecond: 0, millionRuns: 0 }],
  ])('%j are taken', (given, expected) => {
    expect(parsePrices(given)).toEqual({ ok: true, prices: expected });
  });

  test.each([
    ['USD', /text or an object is/],
    [5, /text or an object is/],
    [[], /text or an object is/],
    ['currency=$', /currency is "\$"; 3 to 8 letters/],
    ['gbSecond=1', /currency is /],
    ['currency=USD,gbSecond=-1', /gbSecond is "-1"; a number from 0 on/],
    [{ currency: 'USD', millionRuns: 'many' }, /millionRuns is "many"/],
    ['currency=USD,hour=1', /there is no "hour"; it takes currency=/],
  ])('%j is refused', (given, reason) => {
    expect(parsePrices(given)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});
