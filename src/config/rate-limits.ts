// The setting rateLimits: how often a second one key may call an action. Text such as
// `GetFunctionLogs=20,*=100`, or an object in the config file.

import { shownValue } from '../domain/errors.ts';

/** Calls a second, by action; '*' stands for every action that is not named. */
export type RateLimits = Readonly<Record<string, number>>;

export type ParsedRateLimits =
  | { readonly ok: true; readonly rateLimits: RateLimits }
  | { readonly ok: false; readonly reason: string };

const EXAMPLE = 'GetFunctionLogs=20,*=100';
const ENTRIES_MAX = 100;
const RATE_MAX = 1_000_000;
const NAME = /^(?:\*|[A-Za-z]{1,64})$/;
const DIGITS = /^\d{1,7}$/;

/** @param value what a flag, the environment or the config file gave */
export function parseRateLimits(value: unknown): ParsedRateLimits {
  if (typeof value === 'string') {
    return fromText(value);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(`${shownValue(value)} is not accepted; text or an object is: ${EXAMPLE}`);
  }
  return fromEntries(Object.entries(value));
}

/** An object without a prototype: an action may be called `constructor`, and has no rate then. */
export function noRateLimits(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

function fromText(text: string): ParsedRateLimits {
  const entries: [string, unknown][] = [];
  for (const part of text.split(',')) {
    const [name = '', digits, ...more] = part.split('=').map((piece) => piece.trim());
    if (digits === undefined || more.length > 0) {
      return refused(`${shownValue(part)} is not accepted; ACTION=NUMBER is, as in ${EXAMPLE}`);
    }
    entries.push([name, DIGITS.test(digits) ? Number(digits) : digits]);
  }
  return fromEntries(entries);
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): ParsedRateLimits {
  if (entries.length > ENTRIES_MAX) {
    return refused(`${entries.length} actions are named; at most ${ENTRIES_MAX} are accepted`);
  }
  const rateLimits: Record<string, number> = noRateLimits();
  for (const [name, rate] of entries) {
    if (!NAME.test(name)) {
      return refused(
        `the action ${shownValue(name)} is not accepted; 1 to 64 letters are, or * for every other`,
      );
    }
    if (Object.hasOwn(rateLimits, name)) {
      return refused(`the action ${shownValue(name)} is named twice; once is accepted`);
    }
    if (!isRate(rate)) {
      return refused(
        `${name} is ${shownValue(rate)}; a whole number from 1 to ${RATE_MAX} a second is accepted`,
      );
    }
    rateLimits[name] = rate;
  }
  return { ok: true, rateLimits };
}

function isRate(rate: unknown): rate is number {
  return Number.isInteger(rate) && (rate as number) >= 1 && (rate as number) <= RATE_MAX;
}

function refused(reason: string): ParsedRateLimits {
  return { ok: false, reason };
}
