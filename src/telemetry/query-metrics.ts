// Figures about questions, for Prometheus. It has the methods that query/gate-observer asks for.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What waits and runs at this moment. */
export interface QueryLoad {
  readonly slotsTaken: number;
  readonly waiting: number;
}

const SECOND_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

export class QueryMetrics {
  #load: () => QueryLoad = () => ({ slotsTaken: 0, waiting: 0 });
  readonly #ended: Counter<'outcome'>;
  readonly #queueSeconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ended = new Counter({
      name: 'fnlog_query_ended_total',
      help: 'Questions, by what became of them.',
      labelNames: ['outcome'],
      registers,
    });
    this.#queueSeconds = new Histogram({
      name: 'fnlog_query_queue_seconds',
      help: 'How long a question waited for its slot.',
      buckets: SECOND_BUCKETS,
      registers,
    });
    const slots: Gauge = new Gauge({
      name: 'fnlog_query_slots_taken',
      help: 'Questions that the store works on.',
      registers,
      collect: () => slots.set(this.#load().slotsTaken),
    });
    const waiting: Gauge = new Gauge({
      name: 'fnlog_query_waiting',
      help: 'Questions that wait for a slot.',
      registers,
      collect: () => waiting.set(this.#load().waiting),
    });
  }

  /** @param read what waits and runs */
  watchLoad(read: () => QueryLoad): void {
    this.#load = read;
  }

  began(waitedSeconds: number): void {
    this.#queueSeconds.observe(waitedSeconds);
  }

  /** @param outcome one of a few */
  ended(outcome: string): void {
    this.#ended.inc({ outcome });
  }
}
