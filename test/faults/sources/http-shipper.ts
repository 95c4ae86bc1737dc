// Sends what a source has to say, as shippers do: one request at a time in each lane, the same one
// again until it is acknowledged, and now and then one that was acknowledged already.

import type { Draw } from '../../../bench/seeded-draw.ts';
import { wait } from '../../support/running-server.ts';
import type { Parcel, ParcelSource, Sending } from './run-source.ts';
import { type Shipper, type ShipperTally, tallyNothing } from './shipper.ts';

export interface HttpShipperOptions {
  /** Of the server; the same after every start of it. */
  readonly url: string;
  readonly source: ParcelSource;
  readonly lanes: number;
  readonly draw: Draw;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Far above what an answer takes: a bound for one that never comes. */
const ANSWER_MS_MAX = 60_000;
const PAUSE_MS_MAX = 30;
const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 120;
const OLDER_FIRST_SHARE = 0.3;
const RETRIED: ReadonlySet<number> = new Set([429, 503]);

export class HttpShipper implements Shipper {
  readonly name: string;
  readonly tally: ShipperTally = tallyNothing();
  /** The last refusal, as text; empty before the first. */
  lastRefusal = '';
  readonly #options: HttpShipperOptions;
  readonly #stop = new AbortController();
  #isEnding = false;
  #lanes: Promise<unknown> | undefined;

  constructor(options: HttpShipperOptions) {
    this.name = options.source.name;
    this.#options = options;
  }

  get produced() {
    return this.#options.source.produced;
  }

  get complete() {
    return this.#options.source.complete;
  }

  run(): Promise<unknown> {
    this.#lanes ??= Promise.all(Array.from({ length: this.#options.lanes }, () => this.#lane()));
    return this.#lanes;
  }

  async flush(): Promise<void> {
    this.#isEnding = true;
    await this.#lanes;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#lanes?.catch(() => undefined);
  }

  async #lane(): Promise<void> {
    const { source, draw } = this.#options;
    while (!this.#stop.signal.aborted) {
      const sending = source.next(this.#isEnding);
      if (sending === undefined) {
        return;
      }
      while (!this.#stop.signal.aborted && !(await this.#isTaken(sending))) {
        await wait(RETRY_MS_MIN + draw() * (RETRY_MS_MAX - RETRY_MS_MIN));
        // What waits in several places comes out of order: something older may be there first.
        const older = draw() < OLDER_FIRST_SHARE ? source.again() : undefined;
        if (older !== undefined) {
          await this.#isTaken(older);
        }
      }
      await wait(draw() * PAUSE_MS_MAX);
    }
  }

  /** Sends once. @returns whether it was acknowledged */
  async #isTaken({ parcel, isAgain, acknowledge }: Sending): Promise<boolean> {
    const answer = await this.#send(parcel);
    if (answer === undefined) {
      this.tally.unanswered += 1;
      return false;
    }
    if (RETRIED.has(answer.status)) {
      this.tally.refused += 1;
      this.lastRefusal = `${answer.status} ${answer.body.toString('utf8')}`;
      return false;
    }
    checkAnswer(answer, parcel, isAgain);
    acknowledge();
    this.tally.acknowledged += 1;
    this.tally.again += isAgain ? 1 : 0;
    this.tally.events += parcel.events;
    return true;
  }

  /** @returns undefined where no whole answer comes */
  async #send({ path, headers, body }: Parcel): Promise<Answer | undefined> {
    try {
      const reply = await fetch(`${this.#options.url}${path}`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      });
      return { status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
    } catch {
      return undefined;
    }
  }
}

/** @throws Error where a good request was not taken, or its receipt cannot be true */
function checkAnswer({ status, body }: Answer, parcel: Parcel, isAgain: boolean): void {
  const text = body.toString('utf8');
  const complain = (what: string) => {
    const sent = parcel.body.toString('latin1', 0, 2_000);
    throw new Error(`${parcel.path} ${what}: ${status} ${text}; sent was ${sent}`);
  };
  if (status !== 200) {
    complain('refused a good request');
  }
  switch (parcel.answer) {
    case 'receipt':
      checkReceipt(JSON.parse(text), parcel.events, isAgain, complain);
      return;
    case 'otlp':
      // In JSON an empty object, in protobuf an empty message.
      if (text !== '' && text !== '{}') {
        complain('did not take all of a good request');
      }
      return;
    case 'firehose':
      if (JSON.parse(text).requestId !== parcel.headers['x-amz-firehose-request-id']) {
        complain('answered another delivery');
      }
  }
}

function checkReceipt(
  receipt: Readonly<Record<string, unknown>>,
  events: number,
  isAgain: boolean,
  complain: (what: string) => void,
): void {
  const [accepted, replaced, duplicates] = ['accepted', 'replaced', 'duplicates'].map((name) =>
    Number(receipt[name]),
  ) as [number, number, number];
  if (accepted + replaced + duplicates !== events) {
    complain(`did not take all of ${events} events`);
  }
  if (isAgain && accepted + replaced > 0) {
    complain('found news in a request that it had acknowledged');
  }
}
