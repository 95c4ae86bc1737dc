// The rows of CSV, one by one. A library cuts them; as a stream of its own it would lose what it
// holds when it fails, so it is fed by hand.

import { type CsvError, type Parser, parse } from 'csv-parse';
import { AppError } from '../../domain/errors.ts';
import type { ReadOptions } from './read-candidates.ts';

export type CsvRow =
  | {
      /** Where it ends: a cell may have several lines. */
      readonly line: number;
      readonly cells: readonly string[];
    }
  | { readonly line: number; readonly unreadable: string };

/**
 * @param chunks text from the start of the file
 * @throws AppError body_too_large for a row over the bound; what `chunks` throw, after all rows that
 *   are whole before it
 */
export async function* readCsvRows(
  chunks: AsyncIterable<Buffer>,
  options: Pick<ReadOptions, 'name' | 'bytesMax'>,
): AsyncGenerator<CsvRow> {
  const rows = new RowCutter(options);
  let failure: unknown;
  try {
    for await (const chunk of chunks) {
      await rows.push(chunk);
      yield* rows.take();
    }
  } catch (error) {
    failure = error;
  }
  if (failure !== undefined) {
    // The row that the text breaks off in is not asked for.
    throw failure;
  }
  await rows.end();
  yield* rows.take();
}

class RowCutter {
  readonly #parser: Parser;
  #rows: CsvRow[] = [];
  #tooLong: AppError | undefined;

  constructor({ name, bytesMax }: Pick<ReadOptions, 'name' | 'bytesMax'>) {
    const tooLong = `${name} has a row that is over ${bytesMax} bytes, or a quote that is not closed`;
    this.#parser = parse({
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: bytesMax,
      on_record: (cells: string[], { lines: line }) => {
        this.#rows.push({ line, cells });
        return null;
      },
      on_skip: (error) => {
        const { code, line } = faultOf(error);
        if (code === 'CSV_MAX_RECORD_SIZE') {
          this.#tooLong = new AppError('body_too_large', tooLong, { details: { bytesMax } });
        } else {
          const isOpen = code === 'CSV_QUOTE_NOT_CLOSED';
          const unreadable = isOpen ? 'ends within a quote that is not closed' : 'is not valid CSV';
          this.#rows.push({ line, unreadable });
        }
      },
    });
    this.#parser.resume();
  }

  async push(chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.#parser.write(chunk, () => resolve()));
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#parser.once('end', resolve).once('error', () => resolve());
      this.#parser.end();
    });
  }

  /** @throws AppError body_too_large, after all rows before the one that is too long */
  *take(): Generator<CsvRow> {
    const rows = this.#rows;
    this.#rows = [];
    yield* rows;
    if (this.#tooLong !== undefined) {
      throw this.#tooLong;
    }
  }
}

function faultOf(error: CsvError | undefined): { code: string; line: number } {
  const { code = '', ...rest } = error ?? {};
  const { lines } = rest as { readonly lines?: unknown };
  return { code, line: typeof lines === 'number' ? lines : 0 };
}
