// The one writer: finds out what is there already, inserts what is new, raises the mark.

import type { ClickHouseClient } from '@clickhouse/client';
import { identityKey } from '../../domain/invocation.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { InvocationWriter } from '../../domain/ports.ts';
import type { WriteOutcome } from '../../domain/receipt.ts';
import type { CommitMark } from './commit-mark.ts';
import { encodeBlock, nativeColumns } from './native-format.ts';
import { type IncomingRecord, planWrite } from './plan-write.ts';
import { findKnownRecords, type Sought } from './queries/find-known-records.ts';
import { loadIdentities } from './queries/load-identities.ts';
import { completeSuperseded, seqLastStored } from './queries/recover.ts';
import { RecentIdentities } from './recent-identities.ts';
import type { Settling } from './settling.ts';
import { insertRows } from './statement.ts';
import type { StoreConnections } from './store-connections.ts';

const INSERT_SUPERSEDED = 'INSERT INTO superseded (seq, replacedBy)';

export interface WriterOptions {
  readonly connections: StoreConnections;
  readonly mark: CommitMark;
  readonly settling: Settling;
  readonly identityWindowUs: number;
  readonly deadlineMs: number;
}

/** A row of a batch. */
interface RowPlace {
  readonly block: number;
  readonly row: number;
}

/** What is to be written of one block. */
interface BlockToWrite {
  readonly block: InvocationBlock;
  /** Undefined: all rows are new. */
  readonly replaces: readonly number[] | undefined;
}

export class ClickHouseInvocationWriter implements InvocationWriter {
  readonly #connections: StoreConnections;
  readonly #client: ClickHouseClient;
  readonly #mark: CommitMark;
  readonly #settling: Settling;
  readonly #identityWindowUs: number;
  readonly #deadlineMs: number;
  readonly #recent: RecentIdentities;
  /** A write failed: what it left behind has to be made whole before the next one. */
  #needsRecovery = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WriterOptions) {
    const { connections, mark, settling, identityWindowUs, deadlineMs } = options;
    this.#connections = connections;
    this.#client = connections.writer;
    this.#mark = mark;
    this.#settling = settling;
    this.#identityWindowUs = identityWindowUs;
    this.#deadlineMs = deadlineMs;
    this.#recent = new RecentIdentities({
      identityWindowUs,
      loadHours: (range) => loadIdentities(this.#client, { ...range, deadlineMs }),
    });
  }

  write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]> {
    return this.#alone(() => this.#write(batch));
  }

  /** Between two writes: finds out what the projections have got by now. */
  async keepSettled(): Promise<void> {
    await this.#alone(async () => {
      if (this.#settling.isDue) {
        await this.#settling.refresh();
      }
    });
  }

  /** Has the projections of everything built that is there, and waits for it. */
  async settle(): Promise<void> {
    await this.#alone(() => this.#settling.settle());
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** One at a time, in the order of the calls. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]> {
    if (this.#needsRecovery) {
      await this.#recover();
    }
    const outcomes = batch.map(({ length }) => new Array<WriteOutcome>(length).fill('accepted'));
    const doubtful = await this.#findDoubtful(batch);
    const toWrite =
      doubtful.length === 0
        ? batch.map((block) => ({ block, replaces: undefined }))
        : await this.#withoutKnown(batch, doubtful, outcomes);
    await this.#insert(toWrite.filter(({ block }) => block.length > 0));
    this.#settling.noteWrite();
    return outcomes;
  }

  /**
   * The rows whose identity the store or the batch itself may hold already. All rows are noted as
   * stored from here on: where the write fails, they are looked up for nothing later.
   */
  async #findDoubtful(batch: readonly InvocationBlock[]): Promise<RowPlace[]> {
    const [fromUs, toUs] = spanOf(batch);
    const isHeld = fromUs <= toUs && (await this.#recent.prepare(fromUs, toUs));
    const doubtful: RowPlace[] = [];
    const hashes = new Set<number>();
    for (const [index, block] of batch.entries()) {
      for (let row = 0; row < block.length; row++) {
        const hash = block.numberAt(row, 'identityHash');
        const startTimeUs = block.numberAt(row, 'startTimeUs');
        if (!isHeld || this.#recent.mayHold(hash, startTimeUs)) {
          doubtful.push({ block: index, row });
          hashes.add(hash);
        }
        this.#recent.add(hash, startTimeUs);
      }
    }
    // The first of several in this batch was not known yet when its turn came.
    return hashes.size === 0 || doubtful.length === countRows(batch)
      ? doubtful
      : rowsOf(batch).filter(({ block, row }) =>
          hashes.has(batch[block]?.numberAt(row, 'identityHash') ?? 0),
        );
  }

  /** Looks up the doubtful rows and leaves out what need not be written. */
  async #withoutKnown(
    batch: readonly InvocationBlock[],
    doubtful: readonly RowPlace[],
    outcomes: readonly WriteOutcome[][],
  ): Promise<BlockToWrite[]> {
    const records = doubtful.map(({ block, row }) => incomingRecord(batch[block], row));
    const known = await findKnownRecords(this.#client, records, {
      settledTo: this.#settling.settledTo,
      identityWindowUs: this.#identityWindowUs,
      deadlineMs: this.#deadlineMs,
    });
    const plan = planWrite(records, known, { identityWindowUs: this.#identityWindowUs });
    const replaces = batch.map(({ length }) => new Array<number>(length).fill(0));
    const isLeftOut = batch.map(({ length }) => new Array<boolean>(length).fill(false));
    for (const [index, { block, row }] of doubtful.entries()) {
      set(outcomes[block], row, plan.outcomes[index] ?? 'accepted');
      set(isLeftOut[block], row, true);
    }
    for (const { index, replaces: seq } of plan.writes) {
      const place = doubtful[index];
      set(isLeftOut[place?.block ?? 0], place?.row ?? 0, false);
      set(replaces[place?.block ?? 0], place?.row ?? 0, seq);
    }
    return batch.map((block, index) => selectRows(block, isLeftOut[index], replaces[index]));
  }

  /** Rows first, then the notes of what goes out of sight; a kill between the two is made good. */
  async #insert(blocks: readonly BlockToWrite[]): Promise<void> {
    if (blocks.length === 0) {
      return;
    }
    const data: Uint8Array[] = [];
    const superseded: string[] = [];
    let seq = this.#mark.seq;
    for (const { block, replaces } of blocks) {
      data.push(...encodeBlock(block, { seqFirst: seq + 1, replaces }));
      for (const [row, replaced] of (replaces ?? []).entries()) {
        if (replaced !== 0) {
          superseded.push(JSON.stringify({ seq: replaced, replacedBy: seq + 1 + row }));
        }
      }
      seq += block.length;
    }
    const deadlineMs = this.#deadlineMs;
    this.#needsRecovery = true;
    await this.#connections.insertNative({
      table: 'invocations',
      columns: nativeColumns,
      data,
      deadlineMs,
    });
    if (superseded.length > 0) {
      await insertRows(this.#client, { sql: INSERT_SUPERSEDED, rows: superseded, deadlineMs });
    }
    this.#needsRecovery = false;
    this.#mark.raiseTo(seq);
  }

  /** Rows of a failed write may be there: they keep their sequences and become visible. */
  async #recover(): Promise<void> {
    await completeSuperseded(this.#client, this.#deadlineMs);
    this.#mark.raiseTo(await seqLastStored(this.#client, this.#deadlineMs));
    this.#needsRecovery = false;
  }
}

function spanOf(batch: readonly InvocationBlock[]): [fromUs: number, toUs: number] {
  let [fromUs, toUs] = [Number.POSITIVE_INFINITY, 0];
  for (const block of batch) {
    for (let row = 0; row < block.length; row++) {
      const startTimeUs = block.numberAt(row, 'startTimeUs');
      fromUs = Math.min(fromUs, startTimeUs);
      toUs = Math.max(toUs, startTimeUs);
    }
  }
  return [fromUs, toUs];
}

function countRows(batch: readonly InvocationBlock[]): number {
  return batch.reduce((sum, { length }) => sum + length, 0);
}

function rowsOf(batch: readonly InvocationBlock[]): RowPlace[] {
  return batch.flatMap(({ length }, block) =>
    Array.from({ length }, (_, row): RowPlace => ({ block, row })),
  );
}

function incomingRecord(block: InvocationBlock | undefined, row: number): IncomingRecord & Sought {
  if (block === undefined) {
    throw new RangeError('a row of no block');
  }
  const { texts } = block;
  const namespace = texts.namespace.textAt(row);
  return {
    namespace,
    identity: identityKey({
      namespace,
      functionName: texts.functionName.textAt(row),
      requestId: texts.requestId.textAt(row),
      retryNum: block.numberAt(row, 'retryNum'),
    }),
    identityHash: block.numberAt(row, 'identityHash'),
    startTimeUs: block.numberAt(row, 'startTimeUs'),
    contentHash: block.numberAt(row, 'contentHash'),
    invokeFinished: block.numberAt(row, 'invokeFinished') === 1,
  };
}

function selectRows(
  block: InvocationBlock,
  isLeftOut: readonly boolean[] = [],
  replaces: readonly number[] = [],
): BlockToWrite {
  const rows = Array.from({ length: block.length }, (_, row) => row).filter(
    (row) => isLeftOut[row] !== true,
  );
  return rows.length === block.length
    ? { block, replaces }
    : { block: block.select(rows), replaces: rows.map((row) => replaces[row] ?? 0) };
}

function set<Value>(values: Value[] | undefined, index: number, value: Value): void {
  if (values !== undefined) {
    values[index] = value;
  }
}
