// A few connections for reads. One connection runs one statement at a time, so a slow read holds
// up whatever is behind it on its own connection, and nothing on the others.

import { setTimeout } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { AppError } from '../../domain/errors.ts';

interface Waiting {
  lend(client: ClickHouseClient): void;
  reject(error: AppError): void;
}

export interface Overseer {
  /** Throws where what a connection has just answered cannot be trusted. */
  confirm(client: ClickHouseClient): Promise<void>;
  /** @returns what to throw for a failed statement: the cause, where there is one behind it */
  explain(client: ClickHouseClient, error: unknown): Promise<unknown>;
}

/** A read that is under way. */
interface Read {
  /** Records went out of sight while it was under way: it may have seen them neither there nor gone. */
  isTorn: boolean;
  readonly mayBeTorn: boolean;
  readonly ended: Promise<void>;
}

export class ReaderPool {
  readonly #all: readonly ClickHouseClient[];
  readonly #overseer: Overseer | undefined;
  readonly #idle: ClickHouseClient[];
  /** Bounded by the query service's slots, which every read passes first. */
  readonly #waiting: Waiting[] = [];
  readonly #reads = new Set<Read>();
  #refusal: (() => AppError) | undefined;
  #becameIdle: (() => void)[] = [];

  constructor(clients: readonly ClickHouseClient[], overseer?: Overseer) {
    this.#all = clients;
    this.#idle = [...clients];
    this.#overseer = overseer;
  }

  /**
   * Lends a connection to `work`, in the order of asking. What was torn is done once more, and not torn
   * again.
   *
   * @param work statements alone: it may be called twice
   * @returns what `work` returns
   * @throws AppError while questions are refused, those under way too: their answers may be wrong
   */
  async use<Result>(work: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
    const first = await this.#read(work, true);
    return first.isTorn ? (await this.#read(work, false)).result : first.result;
  }

  /**
   * To be called when it is written down which records go out of sight, and before they do. A statement
   * looks up once, when it begins, which of them an older mark still sees, and asks all along which are
   * out of sight: one that began before would lose them. Such reads are waited for; those that take long
   * are torn.
   *
   * @param graceMs how long to wait for reads that can be done once more
   */
  async letReadsPass(graceMs: number): Promise<void> {
    const before = [...this.#reads];
    if (before.length === 0) {
      return;
    }
    const grace = new AbortController();
    const endings = (reads: readonly Read[]) => Promise.all(reads.map(({ ended }) => ended));
    await Promise.race([
      endings(before),
      setTimeout(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    const late = before.filter((read) => this.#reads.has(read));
    for (const read of late) {
      read.isTorn = read.mayBeTorn;
    }
    await endings(late.filter(({ mayBeTorn }) => !mayBeTorn));
  }

  async #read<Result>(
    work: (client: ClickHouseClient) => Promise<Result>,
    mayBeTorn: boolean,
  ): Promise<{ readonly result: Result; readonly isTorn: boolean }> {
    this.#assertOpen();
    const client = this.#idle.pop() ?? (await this.#next());
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const read: Read = { isTorn: false, mayBeTorn, ended };
    this.#reads.add(read);
    try {
      const result = await work(client);
      await this.#overseer?.confirm(client);
      this.#assertOpen();
      return { result, isTorn: read.isTorn };
    } catch (error) {
      throw this.#overseer === undefined ? error : await this.#overseer.explain(client, error);
    } finally {
      this.#reads.delete(read);
      end();
      this.#giveBack(client);
    }
  }

  /** Refuses all questions from here on, those that wait among them. */
  refuse(refusal: () => AppError): void {
    this.#refusal = refusal;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(refusal());
    }
  }

  /** Takes questions again. */
  open(): void {
    this.#refusal = undefined;
  }

  /** Resolves when no connection is lent. */
  async idle(): Promise<void> {
    if (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) => this.#becameIdle.push(resolve));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((client) => client.close()));
  }

  #assertOpen(): void {
    if (this.#refusal !== undefined) {
      throw this.#refusal();
    }
  }

  #giveBack(client: ClickHouseClient): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next.lend(client);
      return;
    }
    this.#idle.push(client);
    if (this.#idle.length === this.#all.length) {
      for (const resolve of this.#becameIdle.splice(0)) {
        resolve();
      }
    }
  }

  #next(): Promise<ClickHouseClient> {
    return new Promise((lend, reject) => this.#waiting.push({ lend, reject }));
  }
}
