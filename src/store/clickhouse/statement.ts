// How a statement is put together: constant SQL, bound parameters, and settings in its own text.
// Settings handed to the client beside a statement would stay in force on an embedded connection
// for whatever runs there next, so they are never used.

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';
import type { AppError } from '../../domain/errors.ts';
import type { ReadBounds } from '../../domain/read-bounds.ts';
import { mapStoreError } from './map-error.ts';
import { deadlineWithin, readSettings } from './statement-bounds.ts';

/**
 * What the engine parses of one statement, values in it included: told to it before the statement,
 * where connections are made. By default it is a quarter of a MiB, which the fingerprints of a full
 * batch are over.
 */
export const STATEMENT_BYTES_MAX = 64 * 1024 * 1024;

/** Of an insert of records: the text index is built later (see settling.ts). */
export const INSERT_SETTINGS = { materialize_skip_indexes_on_insert: 0 } as const;

/** Engine settings by name, for one statement. */
type StatementSettings = Readonly<Record<string, number | string>>;

/** Values for the `{name:Type}` placeholders of a statement. */
export type StatementParameters = Readonly<
  Record<string, string | number | readonly string[] | readonly number[]>
>;

export interface Statement {
  /** Without SETTINGS and FORMAT clauses. */
  readonly sql: string;
  readonly parameters?: StatementParameters;
  /** The engine ends the statement after this long. */
  readonly deadlineMs: number;
  /** Of the question that the statement belongs to. */
  readonly bounds?: ReadBounds | undefined;
  readonly settings?: StatementSettings;
}

/**
 * Runs a SELECT and decodes its rows, which are buffered whole: the statement needs a LIMIT.
 *
 * @throws AppError as mapStoreError and deadlineWithin say
 */
export async function selectRows<Row>(
  client: ClickHouseClient,
  statement: Statement,
): Promise<Row[]> {
  try {
    const result = await client.query({
      query: `${statement.sql}\n${readingClause(statement)}`,
      format: 'JSONEachRow',
      ...requestOptions(statement),
    });
    return await result.json<Row>();
  } catch (error) {
    throw readError(error, statement);
  }
}

/**
 * Runs a SELECT of fixed-width columns and hands over their bytes as they are: row by row, or with Native
 * by columns of blocks, which millions of rows come in twice as fast (see native-columns.ts).
 *
 * @throws AppError as mapStoreError and deadlineWithin say
 */
export async function selectBytes(
  client: ClickHouseClient,
  statement: Statement,
  format: 'RowBinary' | 'Native' = 'RowBinary',
): Promise<Buffer> {
  try {
    const result = await client.exec({
      query: `${statement.sql}\n${readingClause(statement)}\nFORMAT ${format}`,
      ...requestOptions(statement),
    });
    return await buffer(result.stream);
  } catch (error) {
    throw readError(error, statement);
  }
}

/** @throws AppError as deadlineWithin says */
function readingClause(statement: Statement): string {
  const { deadlineMs, bounds } = statement;
  return settingsClause({
    deadlineMs: deadlineWithin(deadlineMs, bounds),
    settings: { ...readSettings(bounds), ...statement.settings },
  });
}

function requestOptions({ parameters, bounds }: Statement) {
  return {
    ...(parameters !== undefined && { query_params: parameters }),
    ...(bounds?.signal !== undefined && { abort_signal: bounds.signal }),
  };
}

/** A request that was broken off fails in the client's own words. */
function readError(error: unknown, { bounds }: Statement): AppError {
  const { signal } = bounds ?? {};
  return signal?.aborted === true ? (signal.reason as AppError) : mapStoreError(error, bounds);
}

/**
 * Runs a statement that gives no rows and takes no data. DDL takes no SETTINGS clause of its own
 * (it would become the table's), so there `deadlineMs` is not given.
 *
 * @throws AppError as mapStoreError says
 */
export async function runCommand(
  client: ClickHouseClient,
  statement: Omit<Statement, 'deadlineMs'> & { readonly deadlineMs?: number },
): Promise<void> {
  const { sql, parameters, deadlineMs } = statement;
  const settings =
    deadlineMs === undefined ? '' : `\n${settingsClause({ ...statement, deadlineMs })}`;
  try {
    await client.command({
      query: `${sql}${settings}`,
      ...(parameters === undefined ? {} : { query_params: parameters }),
    });
  } catch (error) {
    throw mapStoreError(error);
  }
}

export interface RowsToInsert {
  /** `INSERT INTO table (columns)`, without SETTINGS and FORMAT clauses. */
  readonly sql: string;
  /** One JSON object a row. */
  readonly rows: readonly string[];
  readonly deadlineMs: number;
}

/**
 * Inserts rows as one block. On return they are durable.
 *
 * @throws AppError as mapStoreError says; the rows may be there all the same
 */
export async function insertRows(client: ClickHouseClient, insert: RowsToInsert): Promise<void> {
  try {
    const result = await client.exec({
      query: `${insert.sql}\n${settingsClause(insert)}\nFORMAT JSONEachRow`,
      values: Readable.from([insert.rows.join('\n')]),
    });
    result.stream.destroy();
  } catch (error) {
    throw mapStoreError(error);
  }
}

/** The SETTINGS clause of a statement, its deadline among them. */
export function settingsClause(statement: {
  readonly deadlineMs: number;
  readonly settings?: StatementSettings;
}): string {
  const settings: StatementSettings = {
    max_execution_time: statement.deadlineMs / 1000,
    ...statement.settings,
  };
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`);
  return `SETTINGS ${pairs.join(', ')}`;
}

/** Settings come from constants in this folder, never from a caller. */
function quoted(value: number | string): string {
  return typeof value === 'number' ? String(value) : `'${value}'`;
}
