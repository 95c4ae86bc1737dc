// A few connections for reads. One connection runs one statement at a time, so a slow read holds
// up whatever is behind it on its own connection, and nothing on the others.

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

export class ReaderPool {
  readonly #all: readonly ClickHouseClient[];
  readonly #overseer: Overseer | undefined;
  readonly #idle: ClickHouseClient[];
  /** Bounded by the query service's slots, which every read passes first. */
  readonly #waiting: Waiting[] = [];
  #refusal: (() => AppError) | undefined;
  #becameIdle: (() => void)[] = [];

  constructor(clients: readonly ClickHouseClient[], overseer?: Overseer) {
    this.#all = clients;
    this.#idle = [...clients];
    this.#overseer = overseer;
  }

  /**
   * Lends a connection to `work`, in the order of asking.
   *
   * @returns what `work` returns
   * @throws AppError while questions are refused, those under way too: their answers may be wrong
   */
  async use<Result>(work: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    const client = this.#idle.pop() ?? (await this.#next());
    try {
      const result = await work(client);
      await this.#overseer?.confirm(client);
      this.#assertOpen();
      return result;
    } catch (error) {
      throw this.#overseer === undefined ? error : await this.#overseer.explain(client, error);
    } finally {
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
