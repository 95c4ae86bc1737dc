// Figures for Prometheus, in a registry of their own. Labels have a few fixed values each: never a
// name, an id or a secret. It has the methods that ingest/ingest-observer asks for.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../domain/clock.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { Receipt } from '../domain/receipt.ts';
import { QueryMetrics } from './query-metrics.ts';

/** What the label `source` may say; every other kind of source is `other`. */
const SOURCES = ['native', 'runner', 'otlp', 'cloudwatch', 'lambda-telemetry', 'cls', 'other'];

const KIB = 1024;
const RECORD_BUCKETS = [1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000];
const BYTE_BUCKETS = [1, 16, 256, 1_024, 4_096, 16_384, 65_536].map((kib) => kib * KIB);
const SECOND_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MetricsOptions {
  readonly clock: Clock;
  /** Memory, file descriptors and the event loop of this process besides our own figures. */
  readonly ofProcess: boolean;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly queries = new QueryMetrics(this.#registry);
  #waitingBytes: () => number = () => 0;
  #newestStartUs: number | undefined;

  readonly #received = this.#counter('received', 'Records and events that came in.', 'source');
  readonly #accepted = this.#counter('accepted', 'Records that were new, once durable.', 'source');
  readonly #replaced = this.#counter(
    'replaced',
    'Records that took the place of an earlier one.',
    'source',
  );
  readonly #duplicates = this.#counter('duplicates', 'Records that were there already.', 'source');
  readonly #rejected = this.#counter(
    'rejected',
    'Records and events that were not taken.',
    'source',
    'reason',
  );
  readonly #cutRecords = this.#counter('cut_records', 'Records whose log was cut.', 'source');
  readonly #cutBytes = this.#counter('cut_bytes', 'Bytes cut off logs.', 'source');
  readonly #refused = this.#counter(
    'refused_requests',
    'Requests that were refused as a whole.',
    'source',
    'code',
  );
  readonly #redactions = this.#counter('redactions', 'What redaction has replaced.', 'rule');
  readonly #batchRecords = this.#histogram('batch_records', 'Records of a write.', RECORD_BUCKETS);
  readonly #batchBytes = this.#histogram('batch_bytes', 'Bytes of a write.', BYTE_BUCKETS);
  readonly #commitSeconds = this.#histogram(
    'commit_seconds',
    'How long a write took to become durable.',
    SECOND_BUCKETS,
  );
  readonly #lastCommit = new Gauge({
    name: 'fnlog_ingest_last_commit_timestamp_seconds',
    help: 'When the last write became durable; 0 before the first.',
    registers: [this.#registry],
  });

  constructor({ clock, ofProcess }: MetricsOptions) {
    this.#clock = clock;
    this.#addGauges();
    if (ofProcess) {
      collectDefaultMetrics({ register: this.#registry });
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** @returns all figures of this moment, in the text format of Prometheus */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** @param read how many bytes of records are not durable yet */
  watchWaitingBytes(read: () => number): void {
    this.#waitingBytes = read;
  }

  received(source: string, records: number): void {
    this.#received.inc({ source: sourceLabel(source) }, records);
  }

  rejected(source: string, reason: string, records: number): void {
    this.#rejected.inc({ source: sourceLabel(source), reason }, records);
  }

  receipt(source: string, { accepted, replaced, duplicates }: Receipt): void {
    const labels = { source: sourceLabel(source) };
    this.#accepted.inc(labels, accepted);
    this.#replaced.inc(labels, replaced);
    this.#duplicates.inc(labels, duplicates);
  }

  cut(source: string, records: number, bytes: number): void {
    const labels = { source: sourceLabel(source) };
    this.#cutRecords.inc(labels, records);
    this.#cutBytes.inc(labels, bytes);
  }

  refused(source: string, code: ErrorCode): void {
    this.#refused.inc({ source: sourceLabel(source), code }, 1);
  }

  committed(commit: {
    readonly records: number;
    readonly bytes: number;
    readonly seconds: number;
  }) {
    this.#batchRecords.observe(commit.records);
    this.#batchBytes.observe(commit.bytes);
    this.#commitSeconds.observe(commit.seconds);
    this.#lastCommit.set(this.#clock.now() / 1000);
  }

  /** A start that is still to come counts as now: one wrong clock would hide all that follows. */
  newestStart(startTimeUs: number): void {
    const us = Math.min(startTimeUs, this.#clock.now() * 1000);
    this.#newestStartUs = Math.max(this.#newestStartUs ?? us, us);
  }

  /** @param rule a name from the settings, which are few */
  redacted(rule: string, count: number): void {
    this.#redactions.inc({ rule }, count);
  }

  #addGauges(): void {
    const registers = [this.#registry];
    const waiting: Gauge = new Gauge({
      name: 'fnlog_ingest_waiting_bytes',
      help: 'Records that are not durable yet.',
      registers,
      collect: () => waiting.set(this.#waitingBytes()),
    });
    const age: Gauge = new Gauge({
      name: 'fnlog_ingest_newest_record_age_seconds',
      help: 'How long ago the newest run began whose record came since this start; NaN before the first.',
      registers,
      collect: () => age.set(this.#newestAgeSeconds()),
    });
  }

  #newestAgeSeconds(): number {
    const us = this.#newestStartUs;
    return us === undefined ? Number.NaN : this.#clock.now() / 1000 - us / 1_000_000;
  }

  #counter<Label extends string>(name: string, help: string, ...labelNames: Label[]) {
    const registers = [this.#registry];
    return new Counter({ name: `fnlog_ingest_${name}_total`, help, labelNames, registers });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name: `fnlog_ingest_${name}`, help, buckets, registers });
  }
}

function sourceLabel(source: string): string {
  return SOURCES.includes(source) ? source : 'other';
}
