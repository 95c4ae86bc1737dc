// The questions that the bench of pages asks: every filter in every order and direction, a deep
// page, and the count alone.

import {
  buildInvocationQuery,
  type InvocationQuery,
  LIMIT_DEFAULT,
  orderDirections,
  orderFields,
} from '../src/domain/invocation-query.ts';

/** The last page before the 10,000th record. */
const DEEP_OFFSET = 9_980;
/** What makes a function a middle one: its share of all records. */
const MIDDLE_SHARE = 0.05;

export interface PageCase {
  /** What is asked for, in words. */
  readonly filter: string;
  readonly query: InvocationQuery;
}

interface Filter {
  readonly filter: string;
  readonly given: Partial<InvocationQuery>;
}

export interface LoadedRecords {
  /** Records by function. */
  readonly counts: ReadonlyMap<string, number>;
  /** A request id that is there. */
  readonly requestId: string;
}

/** @param loaded what is in the store */
export function pageCasesOf(loaded: LoadedRecords): PageCase[] {
  const filters = filtersOf(loaded);
  const firstPages = filters.flatMap(({ filter, given }) =>
    orderFields.flatMap((orderBy) =>
      orderDirections.map((order) => caseOf(filter, { ...given, orderBy, order })),
    ),
  );
  const deepPages = filters
    .slice(0, 2)
    .flatMap(({ filter, given }) =>
      (['startTime', 'duration'] as const).map((orderBy) =>
        caseOf(filter, { ...given, orderBy, order: 'desc', offset: DEEP_OFFSET }),
      ),
    );
  const counts = filters.map(({ filter, given }) => caseOf(filter, { ...given, limit: 0 }));
  return [...firstPages, ...deepPages, ...counts];
}

function caseOf(filter: string, given: Partial<InvocationQuery>): PageCase {
  return { filter, query: buildInvocationQuery({ limit: LIMIT_DEFAULT, ...given }) };
}

/** The first two are also asked for a deep page. */
function filtersOf({ counts, requestId }: LoadedRecords): Filter[] {
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const records = ranked.reduce((sum, [, count]) => sum + count, 0);
  const distance = (count: number) => Math.abs(count - records * MIDDLE_SHARE);
  const [middle] = [...ranked].sort((a, b) => distance(a[1]) - distance(b[1]));
  const functionFilter = (words: string, found: readonly [string, number] | undefined): Filter => {
    if (found === undefined) {
      throw new Error('no records were loaded');
    }
    return { filter: words, given: { functionName: found[0] } };
  };
  return [
    { filter: 'all', given: {} },
    functionFilter('biggest function', ranked[0]),
    functionFilter('middle function', middle),
    functionFilter('smallest function', ranked.at(-1)),
    { filter: 'failed only', given: { status: 'failed' } },
    { filter: 'one request id', given: { requestId } },
  ];
}
