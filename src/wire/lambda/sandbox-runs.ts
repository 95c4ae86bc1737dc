// Which run an event is of, where it does not say so itself. A sandbox runs one request after the
// other, so an event is of the run that began last; what is logged while the function loads is of
// the run that begins next.

import type { FragmentCandidate, LogLine, RunFacts } from '../../domain/fragment.ts';
import type { EventMeaning } from './lambda-event.ts';
import { mergeFacts } from './lambda-metrics.ts';

export interface Sandbox {
  readonly namespace: string;
  /** The sandbox's own name; undefined where the source does not tell sandboxes apart. */
  readonly stream: string | undefined;
  readonly source: string;
  /** What is so of each of its runs; told with their starts and ends. */
  readonly facts: RunFacts;
}

export interface SandboxEvent {
  /** 1-based place of the event in the request. */
  readonly line: number;
  readonly bytes: number;
  readonly timeUs: number;
  readonly meaning: EventMeaning;
  readonly lines: readonly LogLine[];
}

/** Takes the events of one sandbox in the order in which it logged them. */
export class SandboxRuns {
  readonly #sandbox: Sandbox;
  /** Undefined until an event names it. */
  #functionName: string | undefined;
  readonly #started = new Set<string>();
  #current: { readonly requestId: string; ended: boolean } | undefined;
  /** Lambda's own lines are text, so JSON with a request id in it is the function's own. */
  #isTextFormat = false;
  #isLoading = false;
  /** Wait to hear whose they are. */
  #held: SandboxEvent[] = [];
  #factsOfNext: RunFacts = {};
  #lastUs = 0;

  constructor(sandbox: Sandbox, functionName: string | undefined) {
    this.#sandbox = sandbox;
    this.#functionName = functionName;
  }

  /** The time of the event that was taken last, in microseconds; 0 before the first. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** @returns the candidates that are known now: none, or also those of earlier events */
  *take(event: SandboxEvent): Generator<FragmentCandidate> {
    const { role, functionName, isText } = event.meaning;
    this.#lastUs = event.timeUs;
    this.#functionName ??= functionName;
    this.#isTextFormat ||= isText ?? false;
    const requestId = this.#runOf(event.meaning);
    if (role === 'init' || role === 'loaded') {
      yield* this.#load(event);
    } else if (requestId === undefined) {
      yield* this.#follow(event);
    } else if (role === 'start') {
      yield* this.#start(event, requestId);
    } else {
      yield* this.#go(event, requestId);
    }
  }

  /** What nothing in the request told the run of: events of the stream alone. */
  *rest(): Generator<FragmentCandidate> {
    const held = this.#held;
    this.#held = [];
    for (const event of held) {
      yield this.#fragment(event, undefined, this.#factsOfHeld(event));
    }
  }

  *#load(event: SandboxEvent): Generator<FragmentCandidate> {
    if (this.#current?.ended === false) {
      // Within a run that goes on, loading is done again; its time is part of the run's.
      yield* this.#follow({ ...event, meaning: { role: 'log', facts: {} } });
      return;
    }
    if (event.meaning.role === 'init' && !this.#isLoading) {
      yield* this.rest();
    }
    this.#isLoading = true;
    this.#factsOfNext = mergeFacts(this.#factsOfNext, event.meaning.facts);
    yield* this.#follow(event);
  }

  *#start(event: SandboxEvent, requestId: string): Generator<FragmentCandidate> {
    if (this.#isLoading) {
      yield* this.#release(requestId);
    }
    yield* this.rest();
    yield this.#fragment(event, requestId, mergeFacts(this.#factsOfNext, event.meaning.facts));
    this.#isLoading = false;
    this.#factsOfNext = {};
    this.#started.add(requestId);
    this.#current = { requestId, ended: false };
  }

  /** An event that names its run. */
  *#go(event: SandboxEvent, requestId: string): Generator<FragmentCandidate> {
    if (!this.#isLoading) {
      // No run began since the first of these, so they are of the run that is named now.
      yield* this.#release(requestId);
    }
    yield this.#fragment(event, requestId, event.meaning.facts);
    this.#current ??= { requestId, ended: false };
    if (this.#current.requestId === requestId) {
      this.#current.ended ||= event.meaning.role === 'end';
    }
  }

  /** An event that does not: at most a line of the log. */
  *#follow(event: SandboxEvent): Generator<FragmentCandidate> {
    if (event.meaning.role === 'none' || event.lines.length === 0) {
      return;
    }
    if (this.#isLoading || this.#current === undefined) {
      this.#held.push(event);
    } else {
      yield this.#fragment(event, this.#current.requestId, event.meaning.facts);
    }
  }

  *#release(requestId: string): Generator<FragmentCandidate> {
    const held = this.#held;
    this.#held = [];
    for (const event of held) {
      yield this.#fragment(event, requestId, this.#factsOfHeld(event));
    }
  }

  /** Loading that failed is done once more within the run, and the run's end tells how it went. */
  #factsOfHeld({ meaning }: SandboxEvent): RunFacts {
    return this.#isLoading ? {} : meaning.facts;
  }

  #runOf({ requestId, claimedId }: EventMeaning): string | undefined {
    if (requestId !== undefined || claimedId === undefined) {
      return requestId;
    }
    return this.#started.has(claimedId) || !this.#isTextFormat ? claimedId : undefined;
  }

  #fragment(
    event: SandboxEvent,
    requestId: string | undefined,
    facts: RunFacts,
  ): FragmentCandidate {
    const { line, bytes, timeUs, lines, meaning } = event;
    const { namespace, stream, source } = this.#sandbox;
    if (this.#functionName === undefined) {
      return {
        line,
        unreadable:
          'is of a function that is not known: give the parameter functionName, or send ' +
          'platform.initStart in the same request before it',
      };
    }
    if (requestId === undefined && stream === undefined) {
      return {
        line,
        unreadable:
          'names no request id, and no run is known in this request that it could be of: give ' +
          'the parameter stream, a name for the sandbox that logged it',
      };
    }
    return {
      line,
      bytes,
      fragment: {
        namespace,
        functionName: this.#functionName,
        requestId,
        retryNum: 0,
        ...(stream === undefined ? {} : { stream }),
        timeUs,
        facts: tellsSandbox(meaning) ? mergeFacts(this.#sandbox.facts, facts) : facts,
        lines,
        source,
      },
    };
  }
}

/** Once or twice a run is enough. */
function tellsSandbox({ role }: EventMeaning): boolean {
  return role === 'start' || role === 'end';
}
