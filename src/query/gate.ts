// The gate of every question: a slot, a deadline, a bound on what is read, then the store. Keys that
// wait for slots take turns.

import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/ports.ts';
import { questionTooLong } from '../domain/read-bounds.ts';
import { FairQueue, type QueueKey } from './fair-queue.ts';
import { type GateObserver, type QuestionOutcome, silentGateObserver } from './gate-observer.ts';
import { TimeBudget } from './time-budget.ts';

export interface GateOptions {
  /** Questions that the store works on at the same time. */
  readonly slotCount: number;
  /** Questions that wait for a slot; over it they are refused. */
  readonly waitingMax: number;
  /** Of them, those of one key. Where not given, one key may have them all. */
  readonly waitingPerKeyMax?: number;
  /** Of a question, from when it was asked. */
  readonly deadlineMs: number;
  /** Rows that one statement of a question may read; 0, or not given: any number. */
  readonly rowsMax?: number;
  /** Bytes that one statement of a question may read; 0, or not given: any number. */
  readonly bytesMax?: number;
  /** How long questions of one key may hold slots, all together; 0, or not given: no bound. */
  readonly secondsPerMinute?: number;
  readonly observer?: GateObserver;
  /** Milliseconds that only ever grow; `performance.now` where not given. */
  readonly now?: () => number;
}

/** Who waits for the answer. Of the program's own questions nothing has to be known. */
export interface Asker {
  readonly keyId?: string;
  /** When the request began that the question is of, by the gate's clock; else it begins now. */
  readonly askedAtMs?: number;
  /** Aborted when nobody waits any more. Its reason is an AppError. */
  readonly signal?: AbortSignal;
  /** Not bound in what it reads. */
  readonly mayReadAll?: boolean;
}

interface Held {
  readonly keyId: QueueKey;
  readonly sinceMs: number;
}

interface Ticket {
  readonly keyId: QueueKey;
  begin(held: Held): void;
  refuse(error: AppError): void;
}

const outcomesByCode: Partial<Record<ErrorCode, QuestionOutcome>> = {
  overloaded: 'refused',
  query_too_costly: 'too_costly',
  query_timeout: 'timed_out',
};

export class Gate {
  readonly #options: GateOptions;
  readonly #observer: GateObserver;
  readonly #now: () => number;
  readonly #budget: TimeBudget;
  readonly #waiting = new FairQueue<Ticket>();
  /** One for each slot that is taken. While somebody waits, all are. */
  readonly #held = new Set<Held>();

  constructor(options: GateOptions) {
    this.#options = options;
    this.#observer = options.observer ?? silentGateObserver;
    this.#now = options.now ?? (() => performance.now());
    this.#budget = new TimeBudget(options.secondsPerMinute ?? 0);
  }

  get slotsTaken(): number {
    return this.#held.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks as soon as a slot is free and it is the asker's turn.
   *
   * @param question told what it may cost
   * @returns what the question answers
   * @throws AppError overloaded where too many wait, no turn came in time, or the key's time is used
   *   up; query_timeout where the request's time is over; the signal's reason where nobody waits any
   *   more; and what the question throws
   */
  async pass<Answer>(
    question: (options: ReadOptions) => Promise<Answer>,
    asker: Asker = {},
  ): Promise<Answer> {
    try {
      const answer = await this.#ask(question, asker);
      this.#observer.ended(asker.signal?.aborted === true ? 'broken_off' : 'answered');
      return answer;
    } catch (error) {
      this.#observer.ended(outcomeOf(error, asker));
      throw error;
    }
  }

  async #ask<Answer>(
    question: (options: ReadOptions) => Promise<Answer>,
    asker: Asker,
  ): Promise<Answer> {
    const { deadlineMs, rowsMax = 0, bytesMax = 0 } = this.#options;
    const { signal, mayReadAll = false } = asker;
    const arrivedMs = this.#now();
    const endsAtMs = (asker.askedAtMs ?? arrivedMs) + deadlineMs;
    const held = await this.#takeSlot(asker, endsAtMs);
    try {
      signal?.throwIfAborted();
      this.#observer.began((held.sinceMs - arrivedMs) / 1000);
      const bounds = {
        rowsMax: mayReadAll ? 0 : rowsMax,
        bytesMax: mayReadAll ? 0 : bytesMax,
        remainingMs: () => endsAtMs - this.#now(),
        signal,
      };
      return await question({ deadlineMs, bounds });
    } finally {
      this.#freeSlot(held);
    }
  }

  async #takeSlot({ keyId, signal }: Asker, endsAtMs: number): Promise<Held> {
    signal?.throwIfAborted();
    if (endsAtMs <= this.#now()) {
      throw questionTooLong();
    }
    const refusal = this.#overBudget(keyId);
    if (refusal !== undefined) {
      throw refusal;
    }
    if (this.#held.size < this.#options.slotCount) {
      return this.#hold(keyId);
    }
    this.#assertMayWait(keyId);
    return await this.#waitForTurn(keyId, signal, endsAtMs);
  }

  #waitForTurn(keyId: QueueKey, signal: AbortSignal | undefined, endsAtMs: number): Promise<Held> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', breakOff);
        this.#waiting.remove(keyId, ticket);
      };
      const refuse = (error: AppError) => {
        leave();
        reject(error);
      };
      const begin = (held: Held) => {
        leave();
        resolve(held);
      };
      const ticket: Ticket = { keyId, begin, refuse };
      const breakOff = () => refuse(signal?.reason as AppError);
      const timer = setTimeout(() => refuse(this.#noTurn()), endsAtMs - this.#now()).unref();
      signal?.addEventListener('abort', breakOff, { once: true });
      this.#waiting.add(keyId, ticket);
    });
  }

  #hold(keyId: QueueKey): Held {
    const held = { keyId, sinceMs: this.#now() };
    this.#held.add(held);
    return held;
  }

  #freeSlot(held: Held): void {
    const nowMs = this.#now();
    this.#held.delete(held);
    if (held.keyId !== undefined) {
      this.#budget.spend(held.keyId, nowMs, nowMs - held.sinceMs);
    }
    this.#fillSlots();
  }

  /** One key has no more than all slots but one while another waits. */
  #fillSlots(): void {
    const { slotCount } = this.#options;
    const shareMax = Math.max(1, slotCount - 1);
    while (this.#held.size < slotCount) {
      const ticket = this.#waiting.next((keyId) => this.#heldBy(keyId).length < shareMax);
      if (ticket === undefined) {
        return;
      }
      const refusal = this.#overBudget(ticket.keyId);
      if (refusal === undefined) {
        ticket.begin(this.#hold(ticket.keyId));
      } else {
        ticket.refuse(refusal);
      }
    }
  }

  #heldBy(keyId: QueueKey): Held[] {
    return [...this.#held].filter((held) => held.keyId === keyId);
  }

  #assertMayWait(keyId: QueueKey): void {
    const { waitingMax, waitingPerKeyMax = waitingMax } = this.#options;
    if (this.#waiting.size >= waitingMax) {
      throw tooManyWait(`${waitingMax} questions wait already`, waitingMax);
    }
    if (keyId !== undefined && this.#waiting.sizeOf(keyId) >= waitingPerKeyMax) {
      throw tooManyWait(`${waitingPerKeyMax} questions of this key wait already`, waitingPerKeyMax);
    }
  }

  #overBudget(keyId: QueueKey): AppError | undefined {
    if (keyId === undefined) {
      return undefined;
    }
    const nowMs = this.#now();
    const runningMs = this.#heldBy(keyId).reduce((sum, { sinceMs }) => sum + nowMs - sinceMs, 0);
    const waitMs = this.#budget.waitMs(keyId, nowMs, runningMs);
    if (waitMs === 0) {
      return undefined;
    }
    const { secondsPerMinute } = this.#budget;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    return new AppError(
      'overloaded',
      `questions of this key have kept the store busy for more than ${secondsPerMinute} seconds of a minute (querySecondsPerMinute); ask again in ${retryAfterSeconds} s`,
      { details: { querySecondsPerMinute: secondsPerMinute, retryAfterSeconds } },
    );
  }

  #noTurn(): AppError {
    const seconds = this.#options.deadlineMs / 1000;
    return new AppError(
      'overloaded',
      `the store was busy with other questions for ${seconds} s; ask again in a moment`,
    );
  }
}

function tooManyWait(what: string, waitingMax: number): AppError {
  return new AppError('overloaded', `${what}; ask again in a moment`, { details: { waitingMax } });
}

function outcomeOf(error: unknown, { signal }: Asker): QuestionOutcome {
  if (signal?.aborted === true) {
    return 'broken_off';
  }
  return (error instanceof AppError ? outcomesByCode[error.code] : undefined) ?? 'failed';
}
