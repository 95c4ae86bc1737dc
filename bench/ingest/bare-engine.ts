// What ingest is measured against: the same NDJSON straight into the engine, in a process of its
// own. One connection, one plain table with the columns of the wire, no checks, no projections.

import { WorkerProcess } from '../worker-process.ts';
import type { StoreSize } from './store-size.ts';

export type BareEngineTask =
  | {
      readonly kind: 'open';
      /** An empty directory. */
      readonly path: string;
      /** Where the record file is. */
      readonly records: string;
    }
  | {
      readonly kind: 'insert';
      /** The first record of the first body. */
      readonly first: number;
      /** Records in each insert. */
      readonly batch: number;
      readonly bodies: number;
      /** No body is begun after this long, except the first. */
      readonly seconds: number;
      /** Whether all bodies are in memory before the clock starts, or each is read ahead. */
      readonly inMemory: boolean;
    }
  | {
      readonly kind: 'size';
      /** The longest wait for merges. */
      readonly settleSeconds: number;
    };

export interface InsertOutcome {
  readonly records: number;
  readonly seconds: number;
  /** One for each insert. */
  readonly tookMs: readonly number[];
}

export class BareEngine {
  readonly #worker = new WorkerProcess<BareEngineTask, unknown>('bare-engine');

  /**
   * @param path an empty directory
   * @param records where the record file is
   * @returns with an empty table
   */
  static async open(path: string, records: string): Promise<BareEngine> {
    const bare = new BareEngine();
    await bare.#worker.ask({ kind: 'open', path, records });
    return bare;
  }

  async insert(
    task: Omit<Extract<BareEngineTask, { kind: 'insert' }>, 'kind'>,
  ): Promise<InsertOutcome> {
    return (await this.#worker.ask({ kind: 'insert', ...task })) as InsertOutcome;
  }

  /** Waits for merges first. */
  async size(settleSeconds: number): Promise<StoreSize> {
    return (await this.#worker.ask({ kind: 'size', settleSeconds })) as StoreSize;
  }

  resetPeak(): void {
    this.#worker.resetPeak();
  }

  peakBytes(): number | undefined {
    return this.#worker.memory()?.peakBytes;
  }

  pause(): void {
    this.#worker.pause();
  }

  resume(): void {
    this.#worker.resume();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
  }
}
