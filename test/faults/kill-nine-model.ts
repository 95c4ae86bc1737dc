// What the senders of the kill -9 test send, and what the store must hold of it. Seeded: the same
// seed draws the same batches.

import { type Draw, seededDraw } from '../../bench/seeded-draw.ts';
import { rfc3339 } from '../../src/wire/native/encode-invocation.ts';

/** The fields that are compared; `step` is one that fnlog does not know. */
export interface SentRecord {
  readonly functionName: string;
  readonly requestId: string;
  readonly startTime: string;
  readonly duration: number;
  readonly memUsage: number;
  readonly retCode: number;
  readonly invokeFinished: number;
  readonly retMsg: string;
  readonly log: string;
  readonly step: number;
}

export type Batch = readonly SentRecord[];

export interface Counts {
  readonly accepted: number;
  readonly replaced: number;
  readonly duplicates: number;
}

/** The newest acknowledged content of every identity. */
export class KillNineModel {
  readonly #stored = new Map<string, SentRecord>();

  get size(): number {
    return this.#stored.size;
  }

  get(requestId: string): SentRecord | undefined {
    return this.#stored.get(requestId);
  }

  /** @returns what a receipt says about the batch where nothing of it is stored yet */
  receiptOf(batch: Batch): Counts {
    return this.#sort(batch, new Map());
  }

  /** @returns the records of the batch that a store holding it shows in place of the model's */
  changesOf(batch: Batch): ReadonlyMap<string, SentRecord> {
    const changes = new Map<string, SentRecord>();
    this.#sort(batch, changes);
    return changes;
  }

  apply(batch: Batch): void {
    for (const [requestId, record] of this.changesOf(batch)) {
      this.#stored.set(requestId, record);
    }
  }

  #sort(batch: Batch, changes: Map<string, SentRecord>): Counts {
    const counts = { accepted: 0, replaced: 0, duplicates: 0 };
    for (const record of batch) {
      const before = changes.get(record.requestId) ?? this.#stored.get(record.requestId);
      if (before !== undefined && (before.invokeFinished === 1 || record.invokeFinished === 0)) {
        counts.duplicates += 1;
        continue;
      }
      counts[before === undefined ? 'accepted' : 'replaced'] += 1;
      changes.set(record.requestId, record);
    }
    return counts;
  }
}

const BATCH_RECORDS_MAX = 50;
const RECENT_BATCHES = 200;
const LOG_CHARACTERS_MAX = 1_500;
const START_US = Date.UTC(2026, 0, 1) * 1000;
const functionNames = ['resize', 'invoice', 'thumbnail', 'login', 'report'];

/** One sender: its batches follow one after the other, so it knows which content is newest. */
export class BatchSource {
  readonly #name: string;
  readonly #draw: Draw;
  readonly #acknowledged: Batch[] = [];
  /** Acknowledged as begun, and their end not sent yet. */
  readonly #running = new Map<string, SentRecord>();
  readonly #begun = new Set<string>();
  #made = 0;
  #startUs = START_US;

  constructor(seed: number, sender: number) {
    this.#name = `sender-${sender}`;
    this.#draw = seededDraw(seed * 1_009 + sender);
  }

  /** New runs, the ends of runs that are under way, and records that were sent before. */
  next(): Batch {
    const again = this.recent();
    if (again !== undefined && this.#draw() < 0.08) {
      return again;
    }
    const count = 1 + this.#below(BATCH_RECORDS_MAX);
    return Array.from({ length: count }, () => {
      const kind = this.#draw();
      if (kind < 0.2) {
        return this.#finishOne() ?? this.#begin(false);
      }
      if (kind < 0.3) {
        return this.#sentBefore() ?? this.#begin(true);
      }
      return this.#begin(kind < 0.75);
    });
  }

  acknowledge(batch: Batch): void {
    this.#acknowledged.push(batch);
    if (this.#acknowledged.length > RECENT_BATCHES) {
      this.#acknowledged.shift();
    }
    for (const record of batch) {
      if (record.invokeFinished === 0 && !this.#begun.has(record.requestId)) {
        this.#begun.add(record.requestId);
        this.#running.set(record.requestId, record);
      }
    }
  }

  /** @returns a batch that was acknowledged, undefined before the first */
  recent(): Batch | undefined {
    return this.#acknowledged[this.#below(this.#acknowledged.length)];
  }

  newest(): Batch | undefined {
    return this.#acknowledged.at(-1);
  }

  #begin(finished: boolean): SentRecord {
    this.#made += 1;
    this.#startUs += 1 + this.#below(1_000_000);
    return {
      functionName: functionNames[this.#below(functionNames.length)] ?? '',
      requestId: `${this.#name}-${this.#made}`,
      startTime: rfc3339(this.#startUs),
      duration: finished ? this.#below(5_000_000) / 1000 : 0,
      memUsage: finished ? this.#below(2 ** 30) : 0,
      retCode: finished ? 0 : 2,
      invokeFinished: finished ? 1 : 0,
      retMsg: finished ? '"done"' : '',
      log: this.#log(),
      step: 0,
    };
  }

  #finishOne(): SentRecord | undefined {
    const begun = [...this.#running.values()].at(this.#below(this.#running.size));
    if (begun === undefined) {
      return undefined;
    }
    this.#running.delete(begun.requestId);
    return {
      ...begun,
      duration: this.#below(5_000_000) / 1000,
      memUsage: this.#below(2 ** 30),
      retCode: this.#draw() < 0.2 ? 1 : 0,
      invokeFinished: 1,
      retMsg: '"finished"',
      log: `${begun.log}\nEND ${this.#log()}`,
      step: 1,
    };
  }

  #sentBefore(): SentRecord | undefined {
    const batch = this.recent();
    return batch?.[this.#below(batch.length)];
  }

  #log(): string {
    const line = `line ${this.#below(1_000_000)} ünïcödé\n`;
    return line.repeat(1 + this.#below(LOG_CHARACTERS_MAX / line.length));
  }

  #below(bound: number): number {
    return Math.floor(this.#draw() * bound);
  }
}
