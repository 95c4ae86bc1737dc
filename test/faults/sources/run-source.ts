// What a source has to send: runs in pieces, cut into requests as such a source cuts them. Seeded.

import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import type { ProducedRun } from './produced-run.ts';

/** A request; sent again it is the same to the byte. */
export interface Parcel {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What a good answer looks like. */
  readonly answer: 'receipt' | 'otlp' | 'firehose';
  /** How many events or records a receipt counts. */
  readonly events: number;
}

/** A run, and all that has to be told of it. */
export interface ToldRun<Piece> {
  readonly run: ProducedRun;
  readonly pieces: readonly Piece[];
}

export interface RunSourceOptions<Piece> {
  readonly name: string;
  readonly seed: number;
  /** Pieces go out as they were produced; else at random, many runs at a time. */
  readonly keepsOrder: boolean;
  readonly produce: () => ToldRun<Piece>;
  /** Pieces with different ones do not go into one request. */
  readonly kindOf?: (piece: Piece) => string;
  readonly pack: (pieces: readonly Piece[]) => Parcel;
}

/** A parcel under way. */
export interface Sending {
  readonly parcel: Parcel;
  /** Its first sending was acknowledged: nothing of it is news any more. */
  readonly isAgain: boolean;
  acknowledge(): void;
}

/** A source, whatever its pieces are. */
export interface ParcelSource {
  readonly name: string;
  /** Every run of which something may have been sent. */
  readonly produced: readonly ProducedRun[];
  /** Those of which everything was acknowledged. */
  readonly complete: readonly ProducedRun[];
  /**
   * @param isEnding no new runs: only what is still to be told of those that have begun
   * @returns undefined where there is nothing left
   */
  next(isEnding: boolean): Sending | undefined;
  /** @returns one that was acknowledged, undefined before the first */
  again(): Sending | undefined;
}

interface Pending<Piece> {
  readonly piece: Piece;
  readonly run: OpenRun;
}

interface OpenRun {
  readonly run: ProducedRun;
  left: number;
}

const PENDING_MIN = 16;
/** Few enough that parts of one run come in many requests. */
const PIECES_OF_PARCEL_MAX = 10;
const PIECES_IN_ORDER_MAX = 4;
const AGAIN_SHARE = 0.12;
const REMEMBERED_MAX = 100;

export class RunSource<Piece> implements ParcelSource {
  readonly name: string;
  readonly produced: ProducedRun[] = [];
  readonly complete: ProducedRun[] = [];
  readonly #options: RunSourceOptions<Piece>;
  readonly #draw: Draw;
  readonly #pending: Pending<Piece>[] = [];
  readonly #acknowledged: Parcel[] = [];

  constructor(options: RunSourceOptions<Piece>) {
    this.name = options.name;
    this.#options = options;
    this.#draw = seededDraw(options.seed);
  }

  next(isEnding: boolean): Sending | undefined {
    const again = this.#draw() < AGAIN_SHARE ? this.again() : undefined;
    if (again !== undefined) {
      return again;
    }
    while (!isEnding && this.#pending.length < PENDING_MIN) {
      const { run, pieces } = this.#options.produce();
      const open = { run, left: pieces.length };
      this.produced.push(run);
      this.#pending.push(...pieces.map((piece) => ({ piece, run: open })));
    }
    const most = this.#options.keepsOrder ? PIECES_IN_ORDER_MAX : PIECES_OF_PARCEL_MAX;
    const taken = this.#take(1 + below(this.#draw, most));
    return taken.length === 0 ? undefined : this.#sendingOf(taken);
  }

  again(): Sending | undefined {
    const parcel = this.#acknowledged[below(this.#draw, this.#acknowledged.length)];
    return parcel && { parcel, isAgain: true, acknowledge: () => undefined };
  }

  #sendingOf(taken: readonly Pending<Piece>[]): Sending {
    const parcel = this.#options.pack(taken.map(({ piece }) => piece));
    const acknowledge = () => {
      for (const { run } of taken) {
        run.left -= 1;
        if (run.left === 0) {
          this.complete.push(run.run);
        }
      }
      this.#acknowledged.push(parcel);
      if (this.#acknowledged.length > REMEMBERED_MAX) {
        this.#acknowledged.shift();
      }
    };
    return { parcel, isAgain: false, acknowledge };
  }

  #take(count: number): Pending<Piece>[] {
    const { keepsOrder, kindOf } = this.#options;
    const taken: Pending<Piece>[] = [];
    while (taken.length < count && this.#pending.length > 0) {
      const place = keepsOrder ? 0 : below(this.#draw, this.#pending.length);
      const next = this.#pending[place];
      if (next === undefined || (taken[0] && kindOf?.(taken[0].piece) !== kindOf?.(next.piece))) {
        break;
      }
      this.#pending.splice(place, 1);
      taken.push(next);
    }
    return taken;
  }
}

/** A whole number from 0 to below the bound; 0 for the bound 0. */
export function below(draw: Draw, bound: number): number {
  return Math.floor(draw() * bound);
}

/** Digits of a UUID, since AWS names runs so. */
export function drawUuid(draw: Draw): string {
  const digits = drawHex(draw, 32);
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}

export function drawHex(draw: Draw, digits: number): string {
  return Array.from({ length: digits }, () => below(draw, 16).toString(16)).join('');
}

/** A line of a log, of a few letters or many. */
export function drawLine(draw: Draw, at: number): string {
  const text = `line ${at}: "ünïcödé" {${below(draw, 1_000_000)}} `;
  return text.repeat(draw() < 0.05 ? 40 : 1 + below(draw, 4)).trimEnd();
}
