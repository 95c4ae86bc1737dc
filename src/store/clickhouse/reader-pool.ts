// A few connections for reads. One connection runs one statement at a time, so a slow read holds
// up whatever is behind it on its own connection, and nothing on the others.

import type { ClickHouseClient } from '@clickhouse/client';

export class ReaderPool {
  readonly #all: readonly ClickHouseClient[];
  readonly #idle: ClickHouseClient[];
  /** Bounded by the query service's slots, which every read passes first. */
  readonly #waiting: ((client: ClickHouseClient) => void)[] = [];

  constructor(clients: readonly ClickHouseClient[]) {
    this.#all = clients;
    this.#idle = [...clients];
  }

  /**
   * Lends a connection to `work`, in the order of asking.
   *
   * @returns what `work` returns
   */
  async use<Result>(work: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
    const client = this.#idle.pop() ?? (await this.#next());
    try {
      return await work(client);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#idle.push(client);
      } else {
        next(client);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((client) => client.close()));
  }

  #next(): Promise<ClickHouseClient> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
