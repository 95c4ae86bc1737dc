// The setting prices: what a gigabyte-second and a million runs cost. Text such as
// `currency=USD,gbSecond=0.0000166667,millionRuns=0.2`, or an object in the config file.

import { shownValue } from '../domain/errors.ts';
import type { Prices } from '../domain/prices.ts';

export type ParsedPrices =
  | { readonly ok: true; readonly prices: Prices }
  | { readonly ok: false; readonly reason: string };

const EXAMPLE = 'currency=USD,gbSecond=0.0000166667,millionRuns=0.2';
const CURRENCY = /^[A-Za-z]{3,8}$/;
const AMOUNT_MAX = 1e9;

/** @param value what a flag, the environment or the config file gave */
export function parsePrices(value: unknown): ParsedPrices {
  const entries = typeof value === 'string' ? entriesOf(value) : objectEntries(value);
  if (entries === undefined) {
    return refused(`${shownValue(value)} is not accepted; text or an object is: ${EXAMPLE}`);
  }
  const given = new Map(entries);
  for (const name of given.keys()) {
    if (!['currency', 'gbSecond', 'millionRuns'].includes(name)) {
      return refused(`there is no ${shownValue(name)}; it takes ${EXAMPLE}`);
    }
  }
  const currency = given.get('currency');
  if (typeof currency !== 'string' || !CURRENCY.test(currency)) {
    return refused(`currency is ${shownValue(currency)}; 3 to 8 letters are accepted`);
  }
  const [gbSecond, millionRuns] = [given.get('gbSecond') ?? 0, given.get('millionRuns') ?? 0];
  if (!isAmount(gbSecond)) {
    return refused(`gbSecond is ${shownValue(gbSecond)}; a number from 0 on is accepted`);
  }
  if (!isAmount(millionRuns)) {
    return refused(`millionRuns is ${shownValue(millionRuns)}; a number from 0 on is accepted`);
  }
  return { ok: true, prices: { currency, gbSecond, millionRuns } };
}

function entriesOf(text: string): [string, unknown][] | undefined {
  const pairs = text.split(',').map((part) => part.split('=').map((piece) => piece.trim()));
  return pairs.every((pair) => pair.length === 2)
    ? pairs.map(([name = '', value = '']) => [
        name,
        /^\d+(\.\d+)?$/.test(value) ? Number(value) : value,
      ])
    : undefined;
}

function objectEntries(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= AMOUNT_MAX;
}

function refused(reason: string): ParsedPrices {
  return { ok: false, reason };
}
