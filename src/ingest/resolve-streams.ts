// Finds the run of fragments that name only their stream: among the fragments of the same request,
// among runs that came lately, and in the store, in this order.

import type { Fragment } from '../domain/fragment.ts';
import type { LatestRun, LatestRunsQuery } from '../domain/ports.ts';
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
    const find = (fragment: Fragment) => {
      const stream = streamKey(fragment);
      const { timeUs } = fragment;
      return laterRun(own.find(stream, timeUs), this.#recent.find(stream, timeUs));
    };
    const unknown = events.filter(
      ({ fragment }) => isOfStream(fragment) && find(fragment) === undefined,
    );
    const stored = await this.#askStore(unknown);
    const resolved = await split(events, (fragment) => {
      return find(fragment) ?? stored.find(streamKey(fragment), fragment.timeUs);
    });
    await this.#remember(stored);
    await this.#remember(own);
    return resolved;
  }

  async #remember(index: StreamIndex): Promise<void> {
    const pauses = new Pauses();
    for (const [stream, run] of index.entries()) {
      this.#recent.note(stream, run);
      await pauses.ifDue();
    }
  }

  async #askStore(unknown: readonly FragmentEvent[]): Promise<StreamIndex> {
    const found = new StreamIndex();
    const questions = new Map<string, LatestRunsQuery>();
    for (const { fragment } of unknown) {
      const { namespace, functionName, timeUs } = fragment;
      const key = JSON.stringify([namespace, functionName]);
      const untilUs = Math.max(timeUs, questions.get(key)?.untilUs ?? 0);
      questions.set(key, { namespace, functionName, untilUs, limit: LATEST_RUNS_MAX });
    }
    const streams = new Set(unknown.map(({ fragment }) => streamKey(fragment)));
    for (const query of [...questions.values()].slice(0, FUNCTIONS_ASKED_MAX)) {
      for (const { requestId, retryNum, startTimeUs, stream } of await this.#latestRuns(query)) {
        const key = streamKey({ ...query, stream });
        if (streams.has(key)) {
          found.add(key, { requestId, retryNum, startUs: startTimeUs, isExact: true });
        }
      }
    }
    return found;
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
