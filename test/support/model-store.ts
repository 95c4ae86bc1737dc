// What a store must answer, worked out from the records themselves: filter, sort, cut. Slow and
// plain on purpose; it shares nothing with the real one.

import { type Invocation, identityKey } from '../../src/domain/invocation.ts';
import type { InvocationPage } from '../../src/domain/invocation-page.ts';
import type { InvocationQuery } from '../../src/domain/invocation-query.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';

interface StoredRecord {
  record: Invocation;
  readonly seq: number;
  readonly ingestTimeMs: number;
  /** Whether it took the place of an earlier one. */
  readonly replaced: boolean;
  /** The sequence of the record that took its place. */
  replacedBy: number;
}

/** Remembers what was written when. All starts of one identity must lie within an hour. */
export class ModelStore {
  readonly #stored: StoredRecord[] = [];
  /** The record of each identity that is in sight. */
  readonly #newest = new Map<string, StoredRecord>();

  /** The ingest sequence of the last record. */
  get mark(): number {
    return this.#stored.length;
  }

  /** @param ingestTimeMs for those who look at when records came in */
  write(batch: readonly Invocation[], ingestTimeMs = 0): void {
    const markBefore = this.mark;
    for (const record of batch) {
      const key = identityKey(record);
      const known = this.#newest.get(key);
      if (known !== undefined && isCovered(record, known.record)) {
        continue;
      }
      if (known !== undefined && known.seq > markBefore) {
        known.record = record;
        continue;
      }
      const replaced = known !== undefined;
      const stored = {
        ...{ record, ingestTimeMs, replaced },
        seq: this.mark + 1,
        replacedBy: Number.POSITIVE_INFINITY,
      };
      if (known !== undefined) {
        known.replacedBy = stored.seq;
      }
      this.#stored.push(stored);
      this.#newest.set(key, stored);
    }
  }

  /** @returns the records in sight, in the order of their ingest */
  visible(asOf: number = this.mark): Invocation[] {
    return this.stored(asOf).map(({ record }) => record);
  }

  /** The same, with what the store knows of them besides. */
  stored(asOf: number): Pick<StoredRecord, 'record' | 'ingestTimeMs' | 'replaced'>[] {
    return this.#stored.filter(({ seq, replacedBy }) => seq <= asOf && replacedBy > asOf);
  }

  /** @param lostRule without it no run is lost */
  page(query: InvocationQuery, lostRule?: LostRule): InvocationPage {
    const asOf = Math.min(query.asOf ?? this.mark, this.mark);
    return { ...answerOf(this.visible(asOf), query, lostRule), asOf };
  }
}

/** @param records in the order of their ingest, each identity once */
export function answerFrom(records: readonly Invocation[], query: InvocationQuery): InvocationPage {
  const model = new ModelStore();
  model.write(records);
  return model.page(query);
}

/** The same again, or news of the start when the end is known. */
function isCovered(record: Invocation, known: Invocation): boolean {
  return (
    JSON.stringify(record) === JSON.stringify(known) ||
    (known.invokeFinished && !record.invokeFinished)
  );
}

function answerOf(
  records: readonly Invocation[],
  query: InvocationQuery,
  lostRule: LostRule | undefined,
) {
  const sign = query.order === 'asc' ? 1 : -1;
  const matching = records
    .map((record, ingest) => ({ record, ingest }))
    .filter(({ record }) => matches(record, query, lostRule))
    .sort((a, b) => {
      const bySort = compare(sortValue(a.record, query), sortValue(b.record, query));
      const byStart = compare(a.record.startTimeUs, b.record.startTimeUs);
      return sign * (bySort || byStart || a.ingest - b.ingest);
    })
    .map(({ record }) => record);
  return {
    total: matching.length,
    invocations: matching.slice(query.offset, query.offset + query.limit),
  };
}

function matches(
  record: Invocation,
  query: InvocationQuery,
  lostRule: LostRule | undefined,
): boolean {
  const status = statusOf(record, lostRule);
  return (
    record.namespace === query.namespace &&
    (query.functionName ?? record.functionName) === record.functionName &&
    (query.qualifier ?? record.qualifier) === record.qualifier &&
    (query.requestId ?? record.requestId) === record.requestId &&
    (query.status ?? status) === status &&
    (query.statusCodes ?? [record.statusCode]).includes(record.statusCode) &&
    hasKeyword(record, query) &&
    record.startTimeUs >= (query.sinceUs ?? 0) &&
    record.startTimeUs < (query.untilUs ?? Number.POSITIVE_INFINITY)
  );
}

function hasKeyword({ log }: Invocation, { keyword }: InvocationQuery): boolean {
  const platform = ['START', 'Event', 'END', 'Report', 'REPORT'].map((word) => `${word} RequestId`);
  return (
    keyword === undefined ||
    log
      .split('\n')
      .filter((line) => line.includes(keyword.text))
      .map((line) => platform.some((start) => line.startsWith(start)))
      .includes(keyword.lines === 'platform')
  );
}

function statusOf({ retCode, startTimeUs, timeLimitMs }: Invocation, rule: LostRule | undefined) {
  if (retCode !== 2) {
    return retCode === 0 ? 'ok' : 'failed';
  }
  const allowedMs = rule === undefined ? 0 : (timeLimitMs || rule.timeLimitMs) + rule.graceMs;
  const endsUs = startTimeUs + allowedMs * 1000;
  return rule !== undefined && endsUs < rule.nowMs * 1000 ? 'lost' : 'running';
}

function sortValue(record: Invocation, { orderBy }: InvocationQuery): string | number {
  switch (orderBy) {
    case 'startTime':
      return record.startTimeUs;
    case 'functionName':
      return record.functionName;
    case 'requestId':
      return record.requestId;
    case 'duration':
      return record.durationUs;
    case 'memUsage':
      return record.memUsageBytes;
    default:
      return orderBy satisfies never;
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
