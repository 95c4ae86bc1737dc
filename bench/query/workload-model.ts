// The workload in arrays, and what the right answer to a question about it is: filter, sort, cut. It
// asks no store.

import type { OrderDirection, OrderField } from '../../src/domain/invocation-query.ts';
import type { WorkloadRecord } from '../azure-workload.ts';

/** Which records; a function by its place in `names`. */
export interface ModelFilter {
  readonly fn?: number;
  readonly failed?: true;
  readonly sinceUs?: number;
  readonly untilUs?: number;
  readonly requestId?: string;
}

export interface ModelQuestion {
  readonly filter: ModelFilter;
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly offset: number;
  readonly limit: number;
}

export interface ModelAnswer {
  readonly total: number;
  /** Records by their place in the workload. */
  readonly rows: readonly number[];
}

const ID_WORDS = 4;

export class WorkloadModel {
  readonly names: string[] = [];
  readonly startsUs: Float64Array;
  readonly durationsUs: Float64Array;
  readonly memories: Float64Array;
  readonly functions: Uint16Array;
  readonly failed: Uint8Array;
  readonly #ids: Uint32Array;
  readonly #places = new Map<string, number>();
  readonly #orders = new Map<OrderField, Uint32Array>();
  #length = 0;

  /** @param count of records at most */
  constructor(count: number) {
    this.startsUs = new Float64Array(count);
    this.durationsUs = new Float64Array(count);
    this.memories = new Float64Array(count);
    this.functions = new Uint16Array(count);
    this.failed = new Uint8Array(count);
    this.#ids = new Uint32Array(count * ID_WORDS);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.failed.length;
  }

  /** In the order of their ingest. */
  add(record: WorkloadRecord): void {
    const at = this.#length;
    const known = this.#places.get(record.functionName);
    const place = known ?? this.names.push(record.functionName) - 1;
    this.#places.set(record.functionName, place);
    this.startsUs[at] = record.startTimeUs;
    this.durationsUs[at] = record.durationUs;
    this.memories[at] = record.memUsage;
    this.functions[at] = place;
    this.failed[at] = record.retCode === 0 ? 0 : 1;
    this.#ids.set(wordsOf(record.requestId), at * ID_WORDS);
    this.#length += 1;
  }

  /** @param row a record by its place */
  requestId(row: number): string {
    const hex = Array.from(this.#ids.subarray(row * ID_WORDS, (row + 1) * ID_WORDS), (word) =>
      word.toString(16).padStart(8, '0'),
    ).join('');
    const cuts = [0, 8, 12, 16, 20, 32];
    return cuts
      .slice(1)
      .map((end, part) => hex.slice(cuts[part], end))
      .join('-');
  }

  /** @returns the place of a record; undefined where there is none of this request id */
  rowOf(requestId: string): number | undefined {
    const sorted = this.#sorted('requestId');
    const wanted = wordsOf(requestId);
    const compare = (row: number) => {
      for (let word = 0; word < ID_WORDS; word++) {
        const difference = (this.#ids[row * ID_WORDS + word] ?? 0) - (wanted[word] ?? 0);
        if (difference !== 0) {
          return difference;
        }
      }
      return 0;
    };
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(sorted[middle] ?? 0) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const found = sorted[low];
    return found !== undefined && compare(found) === 0 ? found : undefined;
  }

  /** Records by function. */
  counts(): number[] {
    const counts = new Array<number>(this.names.length).fill(0);
    for (let row = 0; row < this.#length; row++) {
      const fn = this.functions[row] ?? 0;
      counts[fn] = (counts[fn] ?? 0) + 1;
    }
    return counts;
  }

  answer({ filter, orderBy, order, offset, limit }: ModelQuestion): ModelAnswer {
    const sorted = this.#sorted(orderBy);
    const matches = this.#matcher(filter);
    const rows: number[] = [];
    let total = 0;
    for (let at = 0; at < sorted.length; at++) {
      const row = sorted[order === 'asc' ? at : sorted.length - 1 - at] ?? 0;
      if (matches(row)) {
        if (total >= offset && rows.length < limit) {
          rows.push(row);
        }
        total += 1;
      }
    }
    return { total, rows };
  }

  /** What a record is ordered by, with its start: equal ones may come in any order from a peer. */
  keyOf(row: number, orderBy: OrderField): string {
    const keys: Record<OrderField, () => string | number> = {
      startTime: () => '',
      functionName: () => this.names[this.functions[row] ?? 0] ?? '',
      requestId: () => this.requestId(row),
      duration: () => this.durationsUs[row] ?? 0,
      memUsage: () => this.memories[row] ?? 0,
    };
    return `${keys[orderBy]()} ${this.startsUs[row]}`;
  }

  #matcher({ fn, failed, sinceUs, untilUs, requestId }: ModelFilter): (row: number) => boolean {
    const { functions, startsUs } = this;
    const wanted = requestId === undefined ? undefined : wordsOf(requestId);
    return (row) =>
      (fn === undefined || functions[row] === fn) &&
      (failed === undefined || this.failed[row] === 1) &&
      (sinceUs === undefined || (startsUs[row] ?? 0) >= sinceUs) &&
      (untilUs === undefined || (startsUs[row] ?? 0) < untilUs) &&
      (wanted === undefined || wanted.every((word, at) => this.#ids[row * ID_WORDS + at] === word));
  }

  /** All records in an order, ascending; equal ones by start, then by ingest. */
  #sorted(orderBy: OrderField): Uint32Array {
    const known = this.#orders.get(orderBy);
    if (known !== undefined) {
      return known;
    }
    const { startsUs } = this;
    const compare = this.#comparer(orderBy);
    const sorted = Uint32Array.from({ length: this.#length }, (_, row) => row).sort(
      (a, b) => compare(a, b) || (startsUs[a] ?? 0) - (startsUs[b] ?? 0) || a - b,
    );
    this.#orders.set(orderBy, sorted);
    return sorted;
  }

  #comparer(orderBy: OrderField): (a: number, b: number) => number {
    const byNumber = (values: Float64Array) => (a: number, b: number) =>
      (values[a] ?? 0) - (values[b] ?? 0);
    switch (orderBy) {
      case 'startTime':
        return () => 0;
      case 'duration':
        return byNumber(this.durationsUs);
      case 'memUsage':
        return byNumber(this.memories);
      case 'functionName': {
        const ranked = [...this.names.keys()].sort((a, b) =>
          (this.names[a] ?? '') < (this.names[b] ?? '') ? -1 : 1,
        );
        const ranks = new Float64Array(this.names.length);
        for (const [rank, fn] of ranked.entries()) {
          ranks[fn] = rank;
        }
        return (a, b) =>
          (ranks[this.functions[a] ?? 0] ?? 0) - (ranks[this.functions[b] ?? 0] ?? 0);
      }
      case 'requestId':
        return (a, b) => this.#compareIds(a, b);
      default:
        return orderBy satisfies never;
    }
  }

  #compareIds(a: number, b: number): number {
    for (let word = 0; word < ID_WORDS; word++) {
      const difference =
        (this.#ids[a * ID_WORDS + word] ?? 0) - (this.#ids[b * ID_WORDS + word] ?? 0);
      if (difference !== 0) {
        return difference;
      }
    }
    return 0;
  }
}

/** A UUID as four numbers that sort as its text does. */
function wordsOf(requestId: string): number[] {
  const hex = requestId.replaceAll('-', '');
  return Array.from({ length: ID_WORDS }, (_, word) =>
    Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16),
  );
}
