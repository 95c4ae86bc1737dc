// The one writer: looks for what is there already, inserts what is new, raises the mark.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationWriter } from '../../domain/ports.ts';
import type { WriteOutcome } from '../../domain/receipt.ts';
import type { CommitMark } from './commit-mark.ts';
import { planWrite } from './plan-write.ts';
import { findKnownRecords } from './queries/find-known-records.ts';
import { completeSuperseded, seqLastStored } from './queries/recover.ts';
import { INSERT_INVOCATIONS, prepareRow } from './rows.ts';
import { insertRows } from './statement.ts';

const INSERT_SUPERSEDED = 'INSERT INTO superseded (seq, replacedBy)';

export interface WriterOptions {
  readonly client: ClickHouseClient;
  readonly mark: CommitMark;
  readonly identityWindowUs: number;
  readonly deadlineMs: number;
}

export class ClickHouseInvocationWriter implements InvocationWriter {
  readonly #client: ClickHouseClient;
  readonly #mark: CommitMark;
  readonly #identityWindowUs: number;
  readonly #deadlineMs: number;
  /** A write failed: what it left behind has to be made whole before the next one. */
  #needsRecovery = false;

  constructor(options: WriterOptions) {
    this.#client = options.client;
    this.#mark = options.mark;
    this.#identityWindowUs = options.identityWindowUs;
    this.#deadlineMs = options.deadlineMs;
  }

  async write(batch: readonly Invocation[]): Promise<readonly WriteOutcome[]> {
    if (batch.length === 0) {
      return [];
    }
    if (this.#needsRecovery) {
      await this.#recover();
    }
    const prepared = batch.map(prepareRow);
    const known = await findKnownRecords(this.#client, batch, prepared, {
      identityWindowUs: this.#identityWindowUs,
      deadlineMs: this.#deadlineMs,
    });
    const plan = planWrite(batch, prepared, known, {
      seqBefore: this.#mark.seq,
      identityWindowUs: this.#identityWindowUs,
    });
    this.#needsRecovery = true;
    await this.#insert(INSERT_INVOCATIONS, plan.rows);
    await this.#insert(
      INSERT_SUPERSEDED,
      plan.superseded.map((pair) => JSON.stringify(pair)),
    );
    this.#needsRecovery = false;
    this.#mark.raiseTo(plan.seqLast);
    return plan.outcomes;
  }

  async #insert(sql: string, rows: readonly string[]): Promise<void> {
    if (rows.length > 0) {
      await insertRows(this.#client, { sql, rows, deadlineMs: this.#deadlineMs });
    }
  }

  /** Rows of a failed write may be there: they keep their sequences and become visible. */
  async #recover(): Promise<void> {
    await completeSuperseded(this.#client, this.#deadlineMs);
    this.#mark.raiseTo(await seqLastStored(this.#client, this.#deadlineMs));
    this.#needsRecovery = false;
  }
}
