// How many invocations match a question at a mark.

import type { ClickHouseClient } from '@clickhouse/client';
import type { PageOptions } from '../../../domain/ports.ts';
import { countSourceOf } from '../page-source.ts';
import type { ReadMoment } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import { matchConditions, type StoreQuery } from './match-conditions.ts';

export interface CountOptions extends PageOptions, ReadMoment {}

/** @returns the exact number */
export async function countMatches(
  client: ClickHouseClient,
  query: StoreQuery,
  { lostRule, deadlineMs, bounds, ...moment }: CountOptions,
): Promise<number> {
  const { where, parameters } = matchConditions(query, moment.mark, lostRule);
  const { from, settings } = countSourceOf(query, moment);
  const rows = await selectRows<{ total: number }>(client, {
    sql: `SELECT count() AS total\nFROM ${from}\nWHERE ${where}\nLIMIT 1`,
    parameters,
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
  return rows[0]?.total ?? 0;
}
