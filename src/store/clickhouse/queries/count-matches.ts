// How many invocations match a question at a mark.

import type { ClickHouseClient } from '@clickhouse/client';
import type { InvocationQuery } from '../../../domain/invocation-query.ts';
import { countSourceOf } from '../page-source.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import { matchConditions } from './match-conditions.ts';

export interface CountOptions {
  readonly mark: number;
  readonly deadlineMs: number;
}

/** @returns the exact number */
export async function countMatches(
  client: ClickHouseClient,
  query: InvocationQuery,
  { mark, deadlineMs }: CountOptions,
): Promise<number> {
  const { where, parameters } = matchConditions(query, mark);
  const rows = await selectRows<{ total: number }>(client, {
    sql: `SELECT count() AS total\nFROM ${countSourceOf(query)}\nWHERE ${where}\nLIMIT 1`,
    parameters,
    // The source is chosen already; weighing projections takes a third of a small count.
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
  });
  return rows[0]?.total ?? 0;
}
