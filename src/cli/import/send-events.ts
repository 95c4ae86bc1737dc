// Events that tell of runs bit by bit, as the body of a request to their source; and which value of
// it a rejection is about.

import { AppError, shownValue } from '../../domain/errors.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import type { SourceQuery } from '../native-client.ts';
import type { Backend } from '../open-backend.ts';
import type { Outcome } from './deliver-batches.ts';
import type { EventFormat } from './formats.ts';

type Json = Readonly<Record<string, unknown>>;

const otlpLists: Partial<Record<EventFormat, readonly [string, string, string]>> = {
  'otlp-logs': ['resourceLogs', 'scopeLogs', 'logRecords'],
  'otlp-traces': ['resourceSpans', 'scopeSpans', 'spans'],
};

/** Packed by itself, which a source unpacks where it is the whole of a body. */
export function isPackedEvent(value: unknown): boolean {
  return isObject(value) && ('awslogs' in value || 'clslogs' in value);
}

/**
 * @param values of a file, of one format
 * @returns what became of their events; what is no event of the format is among the rejected
 * @throws AppError as Backend.ingestSource does
 */
export async function sendEvents(
  values: readonly unknown[],
  format: EventFormat,
  { ingestSource, query }: { ingestSource: Backend['ingestSource']; query: SourceQuery },
): Promise<Outcome> {
  const bad = values.flatMap((value, index) => {
    const reason = whyNoEvent(value, format);
    return reason === undefined ? [] : [{ index, field: '', reason }];
  });
  const isBad = new Set(bad.map(({ index }) => index));
  const good = [...values.keys()].filter((index) => !isBad.has(index));
  const counts = good.map((index) => countEvents(values[index], format));
  const told =
    good.length === 0
      ? nothingTold
      : await receiptOf(() =>
          ingestSource(
            format,
            bodyOf(
              good.map((index) => values[index]),
              format,
            ),
            {
              ...query,
              eventCount: counts.reduce((sum, count) => sum + count, 0),
            },
          ),
        );
  const rejected = [
    ...bad,
    ...told.rejected.map(({ line, field, reason }) => {
      const { place, nth } = placeOf(line, counts);
      const which = (counts[place] ?? 1) > 1 ? `event ${nth} of it: ` : '';
      return { index: good[place] ?? 0, field, reason: `${which}${reason}` };
    }),
  ].sort((a, b) => a.index - b.index);
  const { accepted, replaced, duplicates, rejectedCount = told.rejected.length } = told;
  return { accepted, replaced, duplicates, rejectedCount: rejectedCount + bad.length, rejected };
}

const nothingTold: NativeReceipt = { accepted: 0, replaced: 0, duplicates: 0, rejected: [] };

async function receiptOf(ask: () => Promise<NativeReceipt>): Promise<NativeReceipt> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError && error.code === 'all_rejected') {
      return error.details as unknown as NativeReceipt;
    }
    throw error;
  }
}

function whyNoEvent(value: unknown, format: EventFormat): string | undefined {
  if (!isObject(value) && !(format === 'cls' && typeof value === 'string')) {
    return `must be a JSON object of ${format}, not ${shownValue(value)}`;
  }
  const list = otlpLists[format]?.[0];
  return list !== undefined && !Array.isArray((value as Json)[list])
    ? `has no ${list}, as OTLP in JSON has`
    : undefined;
}

/** OTLP has one document a request; the other sources take one value a line. */
function bodyOf(values: readonly unknown[], format: EventFormat): string {
  const list = otlpLists[format]?.[0];
  return list === undefined
    ? values.map((value) => JSON.stringify(value)).join('\n')
    : JSON.stringify({ [list]: values.flatMap((value) => (value as Json)[list]) });
}

/** How many events a source counts in a value. */
function countEvents(value: unknown, format: EventFormat): number {
  if (!isObject(value)) {
    return 1;
  }
  const [groups, scoped, records] = otlpLists[format] ?? [];
  if (groups !== undefined && scoped !== undefined && records !== undefined) {
    const scopes = listIn(value, groups).flatMap((group) => listIn(group, scoped));
    return scopes.reduce((sum: number, scope) => sum + listIn(scope, records).length, 0);
  }
  const reply = isObject(value['Response']) ? value['Response'] : value;
  const list = [value['logEvents'], value['records'], reply['Results'], reply['results']].find(
    Array.isArray,
  );
  return list?.length ?? 1;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Of the n-th event of a body: in which value it is, and as the how manieth. */
function placeOf(event: number, counts: readonly number[]): { place: number; nth: number } {
  let nth = event;
  for (const [place, count] of counts.entries()) {
    if (nth <= count) {
      return { place, nth };
    }
    nth -= count;
  }
  return { place: Math.max(counts.length - 1, 0), nth };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
