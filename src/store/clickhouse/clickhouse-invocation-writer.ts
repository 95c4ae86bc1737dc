// The one writer: finds out what is there already, inserts what is new, raises the mark.

import type { ClickHouseClient } from '@clickhouse/client';
import { type Clock, systemClock } from '../../domain/clock.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { InvocationWriter } from '../../domain/ports.ts';
import type { WriteOutcome } from '../../domain/receipt.ts';
import {
  type BlockToWrite,
  blockAt,
  incomingRecord,
  type RowPlace,
  selectRows,
  set,
  soughtRows,
  supersededRows,
} from './batch-rows.ts';
import type { CommitMark } from './commit-mark.ts';
import type { CommittedRecords } from './committed-records.ts';
import type { TouchedSlices } from './figures/touched-slices.ts';
import type { MatchTally } from './match-tally.ts';
import { encodeRows, nativeColumns } from './native-format.ts';
import { planWrite, type WritePlan } from './plan-write.ts';
import { findDuplicates } from './queries/find-duplicates.ts';
import { findKnownRecords } from './queries/find-known-records.ts';
import { loadIdentities } from './queries/load-identities.ts';
import { completeSuperseded, seqLastStored } from './queries/recover.ts';
import { RecentIdentities } from './recent-identities.ts';
import type { RunTraits } from './run-counts.ts';
import type { Settling } from './settling.ts';
import { noteStored, type SortedRows, sortRows } from './sort-rows.ts';
import { insertRows } from './statement.ts';
import type { StoreConnections } from './store-connections.ts';
import type { TallyLoader } from './tally-loader.ts';
import type { UnstoredCounts } from './unstored-counts.ts';

const INSERT_SUPERSEDED = 'INSERT INTO superseded (seq, replacedBy)';

export interface WriterOptions {
  readonly connections: StoreConnections;
  readonly mark: CommitMark;
  readonly settling: Settling;
  readonly tally: MatchTally;
  readonly tallyLoader: TallyLoader;
  readonly touched: TouchedSlices;
  readonly committed: CommittedRecords;
  readonly unstored: UnstoredCounts;
  readonly clock?: Clock | undefined;
  readonly identityWindowUs: number;
  readonly deadlineMs: number;
}

interface FoundRows extends SortedRows {
  readonly outcomes: readonly WriteOutcome[][];
  readonly replaced: Map<number, RunTraits>;
}

interface LookUp {
  readonly doubtful: readonly RowPlace[];
  /** Takes the records that may go out of sight, by their sequence. */
  readonly replaced: Map<number, RunTraits>;
  readonly leaveOut: (place: RowPlace, outcome: WriteOutcome) => void;
}

interface LookedUp {
  readonly others: readonly RowPlace[];
  /** Its indices are those of `others`. */
  readonly plan: WritePlan;
}

export class ClickHouseInvocationWriter implements InvocationWriter {
  readonly #connections: StoreConnections;
  readonly #client: ClickHouseClient;
  readonly #mark: CommitMark;
  readonly #settling: Settling;
  readonly #tally: MatchTally;
  readonly #tallyLoader: TallyLoader;
  readonly #touched: TouchedSlices;
  readonly #committed: CommittedRecords;
  readonly #unstored: UnstoredCounts;
  readonly #clock: Clock;
  readonly #identityWindowUs: number;
  readonly #deadlineMs: number;
  #recent: RecentIdentities;
  /** A write failed: what it left behind has to be made whole before the next one. */
  #needsRecovery = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WriterOptions) {
    const { connections, mark, settling, identityWindowUs, deadlineMs } = options;
    this.#connections = connections;
    this.#client = connections.writer;
    this.#mark = mark;
    this.#settling = settling;
    this.#tally = options.tally;
    this.#tallyLoader = options.tallyLoader;
    this.#touched = options.touched;
    this.#committed = options.committed;
    this.#unstored = options.unstored;
    this.#clock = options.clock ?? systemClock;
    this.#identityWindowUs = identityWindowUs;
    this.#deadlineMs = deadlineMs;
    this.#recent = this.#newRecent();
  }

  write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]> {
    return this.#alone(() =>
      this.#write(batch).catch(async (error) => {
        throw await this.#connections.explain(error);
      }),
    );
  }

  /**
   * Between two writes, every second or so: sees to it that what is in sight is sound, and finds out
   * what the projections have got by now.
   */
  async keepUp(): Promise<void> {
    await this.#alone(async () => {
      // Merges write as well, whether records come or not.
      await this.#connections.confirmWrites().catch(() => undefined);
      await this.#mend();
      if (this.#settling.isDue) {
        await this.#settling.refresh();
      }
      await this.#settling.indexWhenIdle();
      this.#tallyLoader.keepUp();
      await this.#unstored.keepUp();
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

  #newRecent(): RecentIdentities {
    return new RecentIdentities({
      identityWindowUs: this.#identityWindowUs,
      loadHours: (range) =>
        loadIdentities(this.#client, { ...range, deadlineMs: this.#deadlineMs }),
    });
  }

  /** One at a time, in the order of the calls. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]> {
    await this.#mend();
    if (this.#needsRecovery) {
      await this.#recover();
    }
    const outcomes = batch.map(({ length }) => new Array<WriteOutcome>(length).fill('accepted'));
    const sorted = await sortRows(batch, this.#recent);
    const replaced = new Map<number, RunTraits>();
    const toWrite =
      sorted.doubtful.length + sorted.duplicates.length === 0
        ? batch.map((block) => ({ block, replaces: undefined }))
        : await this.#withoutKnown(batch, { ...sorted, outcomes, replaced });
    await this.#insert(
      toWrite.filter(({ block }) => block.length > 0),
      replaced,
    );
    this.#settling.noteWrite();
    if (sorted.doubtful.length + sorted.duplicates.length > 0) {
      this.#unstored.noteDuplicates(batch, outcomes);
    }
    return outcomes;
  }

  /**
   * Looks up the doubtful rows and leaves out what need not be written.
   *
   * @param found takes the outcomes, and the records that go out of sight by their sequence
   */
  async #withoutKnown(
    batch: readonly InvocationBlock[],
    { doubtful, duplicates, outcomes, replaced }: FoundRows,
  ): Promise<BlockToWrite[]> {
    const replaces = batch.map(({ length }) => new Array<number>(length).fill(0));
    const isLeftOut = batch.map(({ length }) => new Array<boolean>(length).fill(false));
    const leaveOut = (place: RowPlace, outcome: WriteOutcome) => {
      set(outcomes[place.block], place.row, outcome);
      set(isLeftOut[place.block], place.row, true);
    };
    for (const place of duplicates) {
      leaveOut(place, 'duplicate');
    }
    const { others, plan } = await this.#lookUp(batch, { doubtful, replaced, leaveOut });
    for (const [index, place] of others.entries()) {
      leaveOut(place, plan.outcomes[index] ?? 'accepted');
    }
    for (const { index, replaces: seq } of plan.writes) {
      const place = others[index];
      set(isLeftOut[place?.block ?? 0], place?.row ?? 0, false);
      set(replaces[place?.block ?? 0], place?.row ?? 0, seq);
    }
    return batch.map((block, index) => selectRows(block, isLeftOut[index], replaces[index]));
  }

  /** @returns the rows that are not stored just as they are, and what is to become of them */
  async #lookUp(
    batch: readonly InvocationBlock[],
    { doubtful, replaced, leaveOut }: LookUp,
  ): Promise<LookedUp> {
    if (doubtful.length === 0) {
      return { others: [], plan: { outcomes: [], writes: [] } };
    }
    const sought = soughtRows(batch, doubtful);
    const options = {
      identityWindowUs: this.#identityWindowUs,
      settledTo: this.#settling.settledTo,
      deadlineMs: this.#deadlineMs,
    };
    const { duplicates, others } = await findDuplicates(this.#client, sought, options);
    for (const place of duplicates) {
      leaveOut(place, 'duplicate');
    }
    const records = others.map((one) => incomingRecord(blockAt(batch, one.block), one));
    const known = await findKnownRecords(this.#client, records, options);
    const plan = planWrite(records, known, options);
    for (const record of [...known.values()].flat()) {
      replaced.set(record.seq, record);
    }
    return { others, plan };
  }

  /** Rows first, then the notes of what goes out of sight; a kill between the two is made good. */
  async #insert(
    blocks: readonly BlockToWrite[],
    replaced: ReadonlyMap<number, RunTraits>,
  ): Promise<void> {
    if (blocks.length === 0) {
      return;
    }
    const seqFirst = this.#mark.seq + 1;
    const ingestTimeMs = this.#clock.now();
    const seq = seqFirst - 1 + blocks.reduce((sum, { block }) => sum + block.length, 0);
    const superseded = supersededRows(blocks, seqFirst);
    const deadlineMs = this.#deadlineMs;
    this.#needsRecovery = true;
    await this.#connections.insertNative({
      table: 'invocations',
      columns: nativeColumns,
      data: encodeRows(blocks, { seqFirst, ingestTimeMs }),
      deadlineMs,
    });
    // Before a record goes out of sight, the one in its place has to be there.
    await this.#connections.confirmWrites();
    if (superseded.length > 0) {
      await insertRows(this.#client, { sql: INSERT_SUPERSEDED, rows: superseded, deadlineMs });
      await this.#connections.confirmWrites();
      await this.#connections.hideReplaced({ mark: this.#mark.seq, deadlineMs });
    }
    this.#needsRecovery = false;
    for (const { block, replaces } of blocks) {
      const written = { replaces, replaced, ingestTimeMs };
      this.#tally.addBlock(block, written);
      this.#touched.noteWritten(block, written, seq);
      noteStored(this.#recent, block, { replaces, replaced });
    }
    this.#mark.raiseTo(seq);
    await this.#committed.tell(
      blocks.map(({ block }) => block),
      seqFirst,
    );
  }

  /** After this, what is in sight is all that is acknowledged. */
  async #mend(): Promise<void> {
    if (await this.#connections.mend()) {
      this.#settling.forget();
      this.#needsRecovery = true;
    }
  }

  /** Rows of a failed write may be there: they keep their sequences and become visible. */
  async #recover(): Promise<void> {
    await completeSuperseded(this.#client, this.#deadlineMs);
    await this.#connections.confirmWrites();
    await this.#connections.hideReplaced({ mark: 0, deadlineMs: this.#deadlineMs });
    this.#mark.raiseTo(await seqLastStored(this.#client, this.#deadlineMs));
    this.#tallyLoader.reload();
    this.#touched.restart(this.#mark.seq);
    this.#recent = this.#newRecent();
    this.#committed.skip();
    this.#needsRecovery = false;
  }
}
