// Finds the run of fragments that name only their stream: among the fragments of the same request and
// the runs of the stream that are known here, which are taken from the store at first, and else in
// the store once more.

import type { Fragment } from '../domain/fragment.ts';
import type { LatestRun, LatestRunsQuery } from '../domain/ports.ts';
import { TIME_US_MAX } from '../domain/rfc3339.ts';
import { startUsOf } from './join-facts.ts';
import { Pauses } from './pauses.ts';
import { laterRun, RecentStreams, StreamIndex, type StreamRun, streamKey } from './stream-runs.ts';

/** A fragment that is good by itself. */
export interface FragmentEvent {
  readonly line: number;
  readonly fragment: Fragment;
}

/** A fragment whose run is known. */
export interface RunEvent extends FragmentEvent {
  readonly fragment: Fragment & { readonly requestId: string };
  /** When its run began, as far as the fragment or its stream tells, in microseconds. */
  readonly atUs: number;
}

export interface ResolvedEvents {
  /** In the order of arrival. */
  readonly events: RunEvent[];
  readonly unresolved: readonly FragmentEvent[];
}

export type AskLatestRuns = (query: LatestRunsQuery) => Promise<readonly LatestRun[]>;

/** Newest runs of a function that are looked through. */
const LATEST_RUNS_MAX = 200;
/** Functions of one request that the store is asked about; what is beyond stays unresolved. */
const FUNCTIONS_ASKED_MAX = 100;

export class StreamResolver {
  readonly #recent = new RecentStreams();
  readonly #latestRuns: AskLatestRuns;

  constructor(latestRuns: AskLatestRuns) {
    this.#latestRuns = latestRuns;
  }

  /** @param events of one request */
  async resolve(events: readonly FragmentEvent[]): Promise<ResolvedEvents> {
    const own = await indexOf(events);
    await this.#recall(events);
    const find = (fragment: Fragment) => {
      const stream = streamKey(fragment);
      const { timeUs } = fragment;
      return laterRun(own.find(stream, timeUs), this.#recent.find(stream, timeUs));
    };
    const unknown = events.filter(
      ({ fragment }) => isOfStream(fragment) && find(fragment) === undefined,
    );
    const stored = await this.#askStore(unknown, ({ timeUs }) => timeUs);
    const resolved = await split(events, (fragment) => {
      return find(fragment) ?? stored.index.find(streamKey(fragment), fragment.timeUs);
    });
    await this.#remember(stored.index);
    await this.#remember(own);
    return resolved;
  }

  /**
   * Takes up the newest runs of streams that this program has not looked for yet. What it has heard
   * of such a stream itself may be old: an earlier start that was sent again after a restart.
   */
  async #recall(events: readonly FragmentEvent[]): Promise<void> {
    const unheard = events.filter(
      ({ fragment }) => isOfStream(fragment) && !this.#recent.isRecalled(streamKey(fragment)),
    );
    const { index, streams } = await this.#askStore(unheard, () => TIME_US_MAX - 1);
    await this.#remember(index);
    for (const stream of streams) {
      this.#recent.noteRecalled(stream);
    }
  }

  async #remember(index: StreamIndex): Promise<void> {
    const pauses = new Pauses();
    for (const [stream, run] of index.entries()) {
      this.#recent.note(stream, run);
      await pauses.ifDue();
    }
  }

  /** @returns what the store has of these streams, and which of them it was asked about */
  async #askStore(
    unknown: readonly FragmentEvent[],
    untilOf: (fragment: Fragment) => number,
  ): Promise<{ readonly index: StreamIndex; readonly streams: ReadonlySet<string> }> {
    const index = new StreamIndex();
    const questions = new Map<string, LatestRunsQuery>();
    const asked = new Set<string>();
    for (const { fragment } of unknown) {
      const { namespace, functionName } = fragment;
      const key = JSON.stringify([namespace, functionName]);
      if (!questions.has(key) && questions.size >= FUNCTIONS_ASKED_MAX) {
        continue;
      }
      const untilUs = Math.max(untilOf(fragment), questions.get(key)?.untilUs ?? 0);
      questions.set(key, { namespace, functionName, untilUs, limit: LATEST_RUNS_MAX });
      asked.add(streamKey(fragment));
    }
    for (const query of questions.values()) {
      for (const { requestId, retryNum, startTimeUs, stream } of await this.#latestRuns(query)) {
        const key = streamKey({ ...query, stream });
        if (asked.has(key)) {
          index.add(key, { requestId, retryNum, startUs: startTimeUs, isExact: true });
        }
      }
    }
    return { index, streams: asked };
  }
}

function isOfStream({ requestId, stream }: Fragment): boolean {
  return requestId === undefined && stream !== undefined;
}

async function indexOf(events: readonly FragmentEvent[]): Promise<StreamIndex> {
  const index = new StreamIndex();
  const pauses = new Pauses();
  for (const { fragment } of events) {
    const { requestId, retryNum, stream, facts } = fragment;
    if (requestId !== undefined && stream !== undefined) {
      const isExact = facts.startTimeUs !== undefined;
      const startUs = startUsOf(fragment);
      index.add(streamKey(fragment), { requestId, retryNum, startUs, isExact });
      await pauses.ifDue();
    }
  }
  return index;
}

async function split(
  events: readonly FragmentEvent[],
  find: (fragment: Fragment) => StreamRun | undefined,
): Promise<ResolvedEvents> {
  const resolved: RunEvent[] = [];
  const unresolved: FragmentEvent[] = [];
  const pauses = new Pauses();
  for (const event of events) {
    const ofRun = runEventOf(event, find);
    if (ofRun === undefined) {
      unresolved.push(event);
    } else {
      resolved.push(ofRun);
    }
    await pauses.ifDue();
  }
  return { events: resolved, unresolved };
}

function runEventOf(
  { line, fragment }: FragmentEvent,
  find: (fragment: Fragment) => StreamRun | undefined,
): RunEvent | undefined {
  const { requestId } = fragment;
  if (requestId !== undefined) {
    return { line, fragment: { ...fragment, requestId }, atUs: startUsOf(fragment) };
  }
  const run = isOfStream(fragment) ? find(fragment) : undefined;
  if (run === undefined) {
    return undefined;
  }
  const { requestId: found, retryNum, startUs } = run;
  return { line, fragment: { ...fragment, requestId: found, retryNum }, atUs: startUs };
}
