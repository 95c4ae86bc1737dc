// A shipper of every kind of source, all of them against one server.

import { join } from 'node:path';
import { seededDraw } from '../../../bench/seeded-draw.ts';
import { cloudwatchSource } from './cloudwatch-runs.ts';
import { clsSource } from './cls-runs.ts';
import { FollowedLog } from './followed-log.ts';
import { HttpShipper } from './http-shipper.ts';
import { telemetrySource } from './lambda-runs.ts';
import { nativeSource } from './native-runs.ts';
import { otlpSource } from './otlp-runs.ts';
import type { ProducedRun } from './produced-run.ts';
import type { ParcelSource } from './run-source.ts';
import { type Shipper, type ShipperTally, tallyNothing } from './shipper.ts';
import { WrappedProgram } from './wrapped-program.ts';

export interface FleetOptions {
  /** Of the server, whenever it runs. */
  readonly url: string;
  readonly seed: number;
  /** For what shippers keep on disk. */
  readonly directory: string;
}

/** Far above what it takes to get rid of what is left. */
const FLUSH_MS_MAX = 180_000;

export class Fleet {
  /** Those that tell what was acknowledged. */
  readonly http: readonly HttpShipper[];
  readonly programs: readonly Shipper[];
  /** Rejects as soon as one of them saw what must not be; never resolves. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;

  constructor({ url, seed, directory }: FleetOptions) {
    this.http = httpShippers(url, seed);
    this.programs = [
      new FollowedLog({ name: 'followed', url, seed, directory: join(directory, 'logs') }),
      new WrappedProgram({ name: 'wrapped', url, seed, spoolDir: join(directory, 'spool') }),
    ];
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits for something else hears of it later.
    this.failed.catch(() => undefined);
  }

  get produced(): readonly ProducedRun[] {
    return this.#shippers.flatMap(({ produced }) => produced);
  }

  /** Runs of which everything was acknowledged, as far as shippers are told. */
  get complete(): readonly ProducedRun[] {
    return this.#shippers.flatMap(({ complete }) => complete);
  }

  get #shippers(): readonly Shipper[] {
    return [...this.http, ...this.programs];
  }

  /** @returns what was counted since the start, of all of them together */
  tally(): ShipperTally {
    const sum = tallyNothing();
    for (const { tally } of this.http) {
      sum.acknowledged += tally.acknowledged;
      sum.again += tally.again;
      sum.events += tally.events;
      sum.unanswered += tally.unanswered;
      sum.refused += tally.refused;
    }
    return sum;
  }

  start(): void {
    for (const shipper of this.#shippers) {
      shipper.run().catch((error: unknown) => {
        this.#fail(new Error(`${shipper.name}: ${String(error)}`, { cause: error }));
      });
    }
  }

  /** Waits for something while the fleet goes on. */
  async during<Result>(waiting: Promise<Result>): Promise<Result> {
    return await Promise.race([waiting, this.failed]);
  }

  /** Sends what is left, and produces nothing new. */
  async flush(): Promise<void> {
    const open = new Set(this.#shippers);
    const flushing = [...open].map(async (shipper) => {
      await shipper.flush();
      open.delete(shipper);
    });
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const names = [...open].map(({ name }) => name).join(', ');
        reject(new Error(`${names} could not send everything within ${FLUSH_MS_MAX} ms`));
      }, FLUSH_MS_MAX);
    });
    try {
      await this.during(Promise.race([Promise.all(flushing), overdue]));
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#shippers.map((shipper) => shipper.stop()));
  }
}

function httpShippers(url: string, seed: number): HttpShipper[] {
  const own = (place: number) => seed * 1_009 + place * 17;
  const ship = (source: ParcelSource, lanes: number, place: number) =>
    new HttpShipper({ url, source, lanes, draw: seededDraw(own(place) + 3) });
  const oneStream = { streams: 1, isFirehose: false };
  // What has an order has one lane a sandbox; the rest goes out as it likes.
  return [
    ship(nativeSource('native', own(1)), 2, 1),
    ship(otlpSource('otlp', own(2)), 2, 2),
    ship(clsSource('cls', own(3)), 2, 3),
    ship(telemetrySource('telemetry', own(4)), 1, 4),
    ship(telemetrySource('telemetry', own(5)), 1, 5),
    ship(cloudwatchSource('cloudwatch', own(6), oneStream), 1, 6),
    ship(cloudwatchSource('cloudwatch', own(7), oneStream), 1, 7),
    ship(cloudwatchSource('firehose', own(8), { streams: 2, isFirehose: true }), 1, 8),
  ];
}
