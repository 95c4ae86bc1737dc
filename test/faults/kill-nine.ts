// Senders post, the server is killed with SIGKILL at a random moment and started again on the same
// directory: what was acknowledged must be there, once, with its newest content. Round after round
// on the same data. The test runs a few rounds of it, `npm run soak:kill` many.

import { type Draw, seededDraw } from '../../bench/seeded-draw.ts';
import type { NativeInvocation } from '../../src/wire/native/encode-invocation.ts';
import {
  getPage,
  postRecords,
  type RunningServer,
  ServeProcess,
  startServer,
  wait,
} from '../support/running-server.ts';
import { type Batch, BatchSource, type Counts, KillNineModel } from './kill-nine-model.ts';
import { assertEqual, readWholeStore } from './whole-store.ts';

export interface KillNineOptions {
  readonly dataDir: string;
  readonly seed: number;
  readonly rounds: number;
  readonly senders: number;
  readonly onRound?: (round: RoundSummary) => void;
}

export interface RoundSummary {
  readonly round: number;
  /** From the first request of the round to SIGKILL. */
  readonly killedAfterMs: number;
  /** A start before the one that counts was killed as well, in the middle of its recovery. */
  readonly startKilled: boolean;
  readonly acknowledgedBatches: number;
  readonly acknowledgedRecords: number;
  /** Of the acknowledged ones: seen before, or the end of a run that was there as running. */
  readonly duplicates: number;
  readonly replaced: number;
  /** Batches without an answer when the server died: found stored, or not. */
  readonly inFlightKept: number;
  readonly inFlightLost: number;
  readonly restartMs: number;
  /** Distinct records in the store at the end of the round. */
  readonly stored: number;
}

const KILL_MS_MIN = 50;
const KILL_MS_MAX = 1_500;
const KILL_START_MS_MAX = 900;
const KILL_START_SHARE = 0.25;

interface Tally {
  acknowledgedBatches: number;
  acknowledgedRecords: number;
  duplicates: number;
  replaced: number;
}

interface Sender {
  readonly source: BatchSource;
  inFlight: Batch | undefined;
}

/** @throws Error that names the seed and what was promised and not found */
export async function killNine(options: KillNineOptions): Promise<RoundSummary[]> {
  const run = new KillNineRun(options);
  try {
    return await run.rounds();
  } catch (cause) {
    throw new Error(`kill -9, seed ${options.seed}, round ${run.round}: ${String(cause)}`, {
      cause,
    });
  }
}

class KillNineRun {
  round = 0;
  readonly #options: KillNineOptions;
  readonly #draw: Draw;
  readonly #model = new KillNineModel();
  readonly #senders: readonly Sender[];

  constructor(options: KillNineOptions) {
    this.#options = options;
    this.#draw = seededDraw(options.seed);
    this.#senders = Array.from({ length: options.senders }, (_, index) => ({
      source: new BatchSource(options.seed, index),
      inFlight: undefined,
    }));
  }

  async rounds(): Promise<RoundSummary[]> {
    const summaries: RoundSummary[] = [];
    let server = await startServer(this.#options);
    try {
      for (this.round = 1; this.round <= this.#options.rounds; this.round++) {
        const killedAfterMs = KILL_MS_MIN + this.#draw() * (KILL_MS_MAX - KILL_MS_MIN);
        const tally = await this.#sendUntilKilled(server, killedAfterMs);
        const startKilled = await this.#maybeKillStart();
        const beganAt = performance.now();
        server = await startServer(this.#options);
        const restartMs = performance.now() - beganAt;
        const inFlight = await this.#verify(server.url);
        summaries.push({
          ...{ round: this.round, killedAfterMs, startKilled, restartMs },
          ...tally,
          ...inFlight,
          stored: this.#model.size,
        });
        this.#options.onRound?.(summaries[summaries.length - 1] as RoundSummary);
      }
      await this.#compareStore(server.url, []);
      const { code } = await server.process.stop();
      assertEqual(code, 0, 'exit code at the end');
      return summaries;
    } finally {
      await server.process.kill9();
    }
  }

  async #sendUntilKilled({ url, process }: RunningServer, afterMs: number): Promise<Tally> {
    const tally = { acknowledgedBatches: 0, acknowledgedRecords: 0, duplicates: 0, replaced: 0 };
    const stop = new AbortController();
    const sending = Promise.all(
      this.#senders.map((sender) => this.#send(sender, { url, stop: stop.signal, tally })),
    );
    // Looked at below; until then a failed sender must not count as nobody's.
    sending.catch(() => {});
    await wait(afterMs);
    stop.abort();
    await process.kill9();
    await sending;
    return tally;
  }

  async #send(
    sender: Sender,
    { url, stop, tally }: { url: string; stop: AbortSignal; tally: Tally },
  ): Promise<void> {
    while (!stop.aborted) {
      const batch = sender.source.next();
      sender.inFlight = batch;
      const reply = await postRecords(url, batch).catch((error: unknown) => {
        if (stop.aborted) {
          return undefined;
        }
        throw error;
      });
      if (reply === undefined) {
        return;
      }
      assertEqual(reply.status, 200, `answer to a good batch: ${JSON.stringify(reply.body)}`);
      const counts = countsOf(reply.body);
      assertEqual(counts, this.#model.receiptOf(batch), 'receipt of a batch');
      this.#acknowledge(sender, batch);
      tally.acknowledgedBatches += 1;
      tally.acknowledgedRecords += batch.length;
      tally.duplicates += counts.duplicates;
      tally.replaced += counts.replaced;
    }
  }

  #acknowledge(sender: Sender, batch: Batch): void {
    this.#model.apply(batch);
    sender.source.acknowledge(batch);
    sender.inFlight = undefined;
  }

  /** Now and then the recovery itself is killed: it has to be safe to run again. */
  async #maybeKillStart(): Promise<boolean> {
    if (this.#draw() >= KILL_START_SHARE) {
      return false;
    }
    const starting = new ServeProcess(this.#options);
    await wait(this.#draw() * KILL_START_MS_MAX);
    await starting.kill9();
    return true;
  }

  async #verify(url: string): Promise<{ inFlightKept: number; inFlightLost: number }> {
    const open = this.#senders.filter(({ inFlight }) => inFlight !== undefined);
    const kept = await this.#compareStore(url, open);
    for (const { source } of this.#senders) {
      for (const batch of [source.newest(), source.recent()]) {
        await this.#sendAcknowledgedAgain(url, batch ?? []);
      }
    }
    for (const sender of open) {
      await this.#sendInFlightAgain(url, sender, kept.has(sender));
    }
    const page = await getPage(url, { limit: 0 });
    assertEqual(page.body.total, this.#model.size, 'total after the batches in flight');
    return { inFlightKept: kept.size, inFlightLost: open.length - kept.size };
  }

  async #sendAcknowledgedAgain(url: string, batch: Batch): Promise<void> {
    if (batch.length > 0) {
      const { body } = await postRecords(url, batch);
      const expected = { accepted: 0, replaced: 0, duplicates: batch.length };
      assertEqual(countsOf(body), expected, 'receipt of an acknowledged batch sent again');
    }
  }

  async #sendInFlightAgain(url: string, sender: Sender, wasKept: boolean): Promise<void> {
    const batch = sender.inFlight ?? [];
    const expected = wasKept
      ? { accepted: 0, replaced: 0, duplicates: batch.length }
      : this.#model.receiptOf(batch);
    const { body } = await postRecords(url, batch);
    assertEqual(countsOf(body), expected, `receipt of a batch in flight, kept: ${wasKept}`);
    this.#acknowledge(sender, batch);
  }

  /**
   * Reads the whole store, page by page, and compares it with the model.
   *
   * @param open senders whose batch may be there or not, but not in part
   * @returns those whose batch is there
   */
  async #compareStore(url: string, open: readonly Sender[]): Promise<ReadonlySet<Sender>> {
    const found = await readWholeStore(url);
    const kept = new Set<Sender>();
    let size = this.#model.size;
    const allowed = new Map<string, object>();
    for (const sender of open) {
      const changes = [...this.#model.changesOf(sender.inFlight ?? [])];
      const there = changes.filter(([id, record]) => holds(found.get(id), record));
      if (there.length > 0) {
        assertEqual(there.length, changes.length, 'records of one batch in flight that are there');
        kept.add(sender);
        size += changes.filter(([id]) => this.#model.get(id) === undefined).length;
        for (const [id, record] of changes) {
          allowed.set(id, record);
        }
      }
    }
    assertEqual(found.size, size, 'distinct records in the store');
    for (const [id, record] of found) {
      const expected = allowed.get(id) ?? this.#model.get(id);
      if (expected === undefined || !holds(record, expected)) {
        throw new Error(`${id} is ${JSON.stringify(record)}, not ${JSON.stringify(expected)}`);
      }
    }
    return kept;
  }
}

function holds(found: NativeInvocation | undefined, sent: object): boolean {
  return (
    found !== undefined && Object.entries(sent).every(([name, value]) => found[name] === value)
  );
}

function countsOf({ accepted, replaced, duplicates }: Counts): Counts {
  return { accepted, replaced, duplicates };
}
