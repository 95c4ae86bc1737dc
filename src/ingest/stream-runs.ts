// Which run of a stream a moment belongs to, where runs follow one another: the one that began
// last before it.

import type { Fragment } from '../domain/fragment.ts';

/** A run as it is known among the runs of its stream. */
export interface StreamRun {
  readonly requestId: string;
  readonly retryNum: number;
  readonly startUs: number;
  /** A source gave the start; otherwise it is the earliest time that something was said of it. */
  readonly isExact: boolean;
}

/** Equal for fragments of one stream of one function. */
export function streamKey({ namespace, functionName, stream }: StreamName): string {
  return JSON.stringify([namespace, functionName, stream]);
}

type StreamName = Pick<Fragment, 'namespace' | 'functionName' | 'stream'>;

/** The streams that were used last are kept … */
const STREAMS_MAX = 10_000;
/** … and the runs of each that began last. */
const RUNS_OF_STREAM_MAX = 16;

/** What the program remembers from request to request. */
export class RecentStreams {
  /** Streams in the order of their last use; the runs of each by their start. */
  readonly #streams = new Map<string, StreamRun[]>();
  readonly #recalled = new Set<string>();

  note(stream: string, run: StreamRun): void {
    const runs = this.#streams.get(stream) ?? [];
    const at = runs.findIndex(
      ({ requestId, retryNum }) => requestId === run.requestId && retryNum === run.retryNum,
    );
    const known = at < 0 ? undefined : runs.splice(at, 1)[0];
    const best = known === undefined ? run : betterKnown(known, run);
    const place = runs.findIndex((other) => isAfter(other, best));
    runs.splice(place < 0 ? runs.length : place, 0, best);
    if (runs.length > RUNS_OF_STREAM_MAX) {
      runs.shift();
    }
    this.#streams.delete(stream);
    this.#streams.set(stream, runs);
    this.#dropOldest();
  }

  /** Whether the stored runs of the stream were taken up since it is remembered. */
  isRecalled(stream: string): boolean {
    return this.#recalled.has(stream);
  }

  noteRecalled(stream: string): void {
    this.#recalled.add(stream);
    // A stream without stored runs is remembered too, or it would be asked for again and again.
    this.#streams.set(stream, this.#streams.get(stream) ?? []);
    this.#dropOldest();
  }

  /** @returns the run that began last at or before the moment; undefined where none is known */
  find(stream: string, timeUs: number): StreamRun | undefined {
    return this.#streams.get(stream)?.findLast(({ startUs }) => startUs <= timeUs);
  }

  #dropOldest(): void {
    const [oldest] = this.#streams.keys();
    if (oldest !== undefined && this.#streams.size > STREAMS_MAX) {
      this.#streams.delete(oldest);
      this.#recalled.delete(oldest);
    }
  }
}

/** The runs that one request tells of, or one answer of the store. */
export class StreamIndex {
  readonly #runs = new Map<string, Map<string, StreamRun>>();
  readonly #sorted = new Map<string, StreamRun[]>();

  /** To be called before the first `find`. */
  add(stream: string, run: StreamRun): void {
    const runs = this.#runs.get(stream) ?? new Map<string, StreamRun>();
    const key = JSON.stringify([run.requestId, run.retryNum]);
    const known = runs.get(key);
    runs.set(key, known === undefined ? run : betterKnown(known, run));
    this.#runs.set(stream, runs);
  }

  find(stream: string, timeUs: number): StreamRun | undefined {
    const runs = this.#sortedRunsOf(stream);
    let from = 0;
    let to = runs.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((runs[middle]?.startUs ?? 0) <= timeUs) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return runs[from - 1];
  }

  *entries(): Iterable<[stream: string, run: StreamRun]> {
    for (const [stream, runs] of this.#runs) {
      for (const run of runs.values()) {
        yield [stream, run];
      }
    }
  }

  #sortedRunsOf(stream: string): readonly StreamRun[] {
    let sorted = this.#sorted.get(stream);
    if (sorted === undefined) {
      const runs = this.#runs.get(stream)?.values() ?? [];
      sorted = [...runs].sort((a, b) => (isAfter(a, b) ? 1 : -1));
      this.#sorted.set(stream, sorted);
    }
    return sorted;
  }
}

/** @returns of two, either of which may be missing, the one that began last */
export function laterRun(
  a: StreamRun | undefined,
  b: StreamRun | undefined,
): StreamRun | undefined {
  return a === undefined || (b !== undefined && isAfter(b, a)) ? b : a;
}

/** As the start of a record is chosen: a given one, else the earliest time seen. */
function betterKnown(a: StreamRun, b: StreamRun): StreamRun {
  if (a.isExact !== b.isExact) {
    return a.isExact ? a : b;
  }
  return a.startUs <= b.startUs ? a : b;
}

function isAfter(a: StreamRun, b: StreamRun): boolean {
  return a.startUs > b.startUs || (a.startUs === b.startUs && a.requestId > b.requestId);
}
