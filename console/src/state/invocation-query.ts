// Which runs the address asks for.

import { computed } from '@preact/signals';
import type { Parameters } from '../api/client.ts';
import type { Invocation, RunOrder, RunParameter } from '../api/types.ts';
import { place } from './route.ts';
import { stable } from './stable.ts';
import { scope } from './window.ts';

export const PAGE_ROWS = 50;

/** What narrows runs down, in the order in which it is shown. */
export const filterNames = [
  'functionName',
  'status',
  'requestId',
  'search',
  'contains',
  'regex',
  'slow',
  'cold',
  'qualifier',
  'errorShape',
] as const satisfies readonly RunParameter[];
export type FilterName = (typeof filterNames)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export const sortFields = [
  'startTime',
  'functionName',
  'requestId',
  'duration',
  'memUsage',
] as const satisfies readonly RunOrder[];
export type SortField = (typeof sortFields)[number];

export const filters = stable<Filters>(() => {
  const { parameters } = place.value;
  const given: Partial<Record<FilterName, string>> = {};
  for (const name of filterNames) {
    const value = parameters.get(name);
    if (value !== null && value !== '') {
      given[name] = name === 'slow' && !value.startsWith('>') ? `>${value}` : value;
    }
  }
  return given;
});

export interface Sorting {
  readonly orderBy: SortField;
  readonly order: 'asc' | 'desc';
}

export const sorting = stable<Sorting>(() => {
  const { parameters } = place.value;
  const given = parameters.get('orderBy');
  const orderBy = sortFields.find((field) => field === given) ?? 'startTime';
  return { orderBy, order: parameters.get('order') === 'asc' ? 'asc' : 'desc' };
});

export const pageNumber = computed(() => {
  const given = Number(place.value.parameters.get('page') ?? 1);
  return Number.isSafeInteger(given) && given > 0 ? given : 1;
});

/** Of a page that stays put. */
export const shownMark = computed(() => place.value.parameters.get('asOf') ?? undefined);

export const pageQuestion = stable<Parameters>(() => ({
  ...scope.value,
  ...filters.value,
  ...sorting.value,
  asOf: shownMark.value,
  limit: PAGE_ROWS,
  offset: (pageNumber.value - 1) * PAGE_ROWS,
}));

export type Outcome = 'ok' | 'failed' | 'running' | 'lost';

export function outcomeOf({ retCode, runStatus }: Invocation): Outcome {
  if (runStatus !== undefined) {
    return runStatus;
  }
  return retCode === 0 ? 'ok' : 'failed';
}
