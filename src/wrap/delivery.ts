// Brings records to the server in the background: batches from memory while it answers, the spool
// while it does not. One request at a time; whatever goes wrong here stays here.

import { AsyncResource } from 'node:async_hooks';
import { Absence } from './absence.ts';
import type { BatchPoster, PostOutcome } from './batch-poster.ts';
import { type Batch, LineQueue, ndjsonOf } from './line-queue.ts';
import type { ReporterStats } from './reporter-stats.ts';
import type { Spool } from './spool.ts';

export interface DeliveryOptions {
  readonly poster: BatchPoster;
  readonly spool: Spool | undefined;
  readonly lingerMs: number;
  readonly queueRecordsMax: number;
  readonly queueBytesMax: number;
  readonly stats: ReporterStats;
  /** Where the records go, for a sentence. */
  readonly server: string;
  /** Told each kind of trouble once. */
  readonly warn: (kind: string, sentence: string) => void;
}

/** While the server is away records gather for so long before they go into a file. */
const ASIDE_LINGER_MS = 1_000;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #queue: LineQueue;
  /** Out of the queue and not safe yet. */
  readonly #held = new Set<Batch>();
  /** Nothing of ours runs in the asynchronous context of a run. */
  readonly #scope = new AsyncResource('FnlogDelivery');
  #draining: Promise<void> | undefined;
  #settingAside: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = 0;
  readonly #absence = new Absence();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#queue = new LineQueue({
      recordsMax: options.queueRecordsMax,
      bytesMax: options.queueBytesMax,
    });
    // What an earlier process has left in the spool.
    this.#wakeIn(options.lingerMs);
  }

  /** Records in memory. */
  get waiting(): number {
    let held = 0;
    for (const { lines } of this.#held) {
      held += lines.length;
    }
    return this.#queue.records + held;
  }

  /** @param line one record as JSON */
  push(line: string): void {
    this.#options.stats.dropped += this.#queue.add(line);
    if (this.#draining !== undefined) {
      if (this.#queue.isHalfFull) {
        // Arrives faster than it can be sent.
        this.#scope.runInAsyncScope(() => void this.#setAside());
      }
    } else if (this.#queue.hasFullBatch || this.#queue.isHalfFull) {
      this.#wakeIn(0);
    } else {
      this.#wakeIn(this.#absence.isGoingOn ? ASIDE_LINGER_MS : this.#options.lingerMs);
    }
  }

  /**
   * Sends what waits, in memory and in the spool; what cannot be sent goes into the spool.
   *
   * @param timeoutMs how long at most; the program does not end before
   * @param atOnce whether a server that was away a moment ago is asked again
   * @returns whether nothing waits any more
   */
  async flush(timeoutMs: number, atOnce: boolean): Promise<boolean> {
    if (atOnce) {
      this.#absence.cutShort();
    }
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([overdue, this.#scope.runInAsyncScope(() => this.#drainAll())]);
    clearTimeout(timer);
    return this.waiting === 0 && this.#options.spool?.mayHold !== true;
  }

  /** Puts everything that is not known to be safe into the spool, while the process ends. */
  saveNow(): void {
    const { spool } = this.#options;
    if (spool === undefined) {
      return;
    }
    this.#attempt(() => spool.releaseNow());
    for (const batch of this.#held) {
      this.#attempt(() => spool.writeNow(batch));
    }
    this.#held.clear();
    for (let batch = this.#queue.take(); batch !== undefined; batch = this.#queue.take()) {
      const taken = batch;
      this.#attempt(() => spool.writeNow(taken));
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#options.poster.close();
  }

  #wakeIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#timer !== undefined && this.#timerAt <= at) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = this.#scope.runInAsyncScope(() =>
      setTimeout(() => {
        this.#timer = undefined;
        void this.#drain();
      }, ms).unref(),
    );
  }

  async #drainAll(): Promise<void> {
    await this.#draining;
    await this.#drain();
    await this.#settingAside;
  }

  /** One at a time; never rejects. */
  #drain(): Promise<void> {
    this.#draining ??= this.#drainUntilStuck()
      .catch(() => this.#fault())
      .then((isStuck = false) => {
        this.#draining = undefined;
        this.#wakeAgain(isStuck);
      });
    return this.#draining;
  }

  /**
   * By turns the oldest file and the oldest batch of memory, until there is nothing, or no server.
   *
   * @returns whether there was no server
   */
  async #drainUntilStuck(): Promise<boolean> {
    let isStuck = false;
    for (let isMoving = true; isMoving; ) {
      isStuck = this.#absence.isGoingOn;
      if (isStuck) {
        isMoving = await this.#setAside();
        continue;
      }
      const hasSentFile = await this.#sendFile();
      const hasSentBatch = !this.#absence.isGoingOn && (await this.#sendBatch());
      isMoving =
        hasSentFile || hasSentBatch || (this.#absence.isGoingOn && this.#queue.records > 0);
    }
    return isStuck;
  }

  /** @param isStuck the server was away then, though it may be time to ask it by now */
  #wakeAgain(isStuck: boolean): void {
    if (isStuck || this.#absence.isGoingOn) {
      const { leftMs } = this.#absence;
      this.#wakeIn(this.#queue.records > 0 ? Math.min(leftMs, ASIDE_LINGER_MS) : leftMs);
    } else if (this.#queue.records > 0) {
      this.#wakeIn(this.#options.lingerMs);
    }
  }

  async #sendBatch(): Promise<boolean> {
    const batch = this.#queue.take();
    if (batch === undefined) {
      return false;
    }
    this.#held.add(batch);
    const outcome = await this.#options.poster.post(ndjsonOf(batch));
    this.#note(outcome, batch.lines.length);
    if (outcome.kind !== 'away') {
      this.#held.delete(batch);
      return true;
    }
    await this.#spoolOrKeep(batch);
    return false;
  }

  /** @returns whether a file was there and the server has answered for good */
  async #sendFile(): Promise<boolean> {
    const { spool } = this.#options;
    if (spool === undefined || !spool.mayHold) {
      return false;
    }
    const file = await spool.claim().catch(() => this.#fault());
    if (file === undefined) {
      return false;
    }
    const outcome = await this.#options.poster.post(file.ndjson);
    this.#note(outcome, file.records);
    const isDone = outcome.kind !== 'away';
    await (isDone ? spool.remove(file) : spool.release(file));
    return isDone;
  }

  /** Moves a batch from memory into the spool. @returns false where nothing could be moved */
  #setAside(): Promise<boolean> {
    this.#settingAside ??= this.#spoolOneBatch().finally(() => {
      this.#settingAside = undefined;
    });
    return this.#settingAside;
  }

  async #spoolOneBatch(): Promise<boolean> {
    const batch = this.#options.spool === undefined ? undefined : this.#queue.take();
    if (batch === undefined) {
      return false;
    }
    this.#held.add(batch);
    return await this.#spoolOrKeep(batch);
  }

  /** @returns whether the batch has left memory */
  async #spoolOrKeep(batch: Batch): Promise<boolean> {
    const { spool, stats, warn } = this.#options;
    if (!this.#held.has(batch)) {
      // The process is ending: saveNow has it.
      return true;
    }
    try {
      if (spool !== undefined) {
        await spool.write(batch);
        this.#held.delete(batch);
        return true;
      }
    } catch (error) {
      this.#fault();
      warn('spool', `the spool cannot be written (${codeOf(error)}); records wait in memory`);
    }
    this.#held.delete(batch);
    stats.dropped += this.#queue.putBack(batch);
    return false;
  }

  #note(outcome: PostOutcome, records: number): void {
    const { stats, warn, server } = this.#options;
    if (outcome.kind === 'away') {
      this.#absence.begin(outcome.retryAfterMs);
      warn(
        'away',
        `no receipt from ${server} (${outcome.reason}); records wait and are sent again`,
      );
      return;
    }
    this.#absence.end();
    const isDelivered = outcome.kind === 'delivered';
    stats.delivered += isDelivered ? outcome.delivered : 0;
    const rejected = isDelivered ? outcome.rejected : records;
    stats.rejected += rejected;
    if (rejected > 0) {
      const reason = isDelivered ? 'see its receipt' : outcome.reason;
      warn(reason, `${server} refuses records (${reason}); they are dropped`);
    }
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch {
      this.#fault();
    }
  }

  #fault(): undefined {
    this.#options.stats.faults += 1;
    return undefined;
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'not a directory of this user';
}
