// Puts fragments of one run together into its record. The same fragments make the same record in
// any order, in any number of requests, and however often they are sent.
//
// Two things cannot be had, where the source gives lines no ids: lines of the same time keep the
// order in which they came, and of lines of the same time and text there are as many as the
// request with most of them has. And of a run with over 20,000 lines, lines past those are only
// counted, in the order of their time: see join-lines.ts.
//
// A record that came whole, through the native API, stays as it is: its facts are exact, and its
// log is one block that stands at its start. Fragments give it facts that it did not know, fields
// of `extra`, an end where it had none, and lines.

import type { Fragment } from '../domain/fragment.ts';
import type { Invocation } from '../domain/invocation.ts';
import { withoutFixed } from './fixed-facts.ts';
import { factsOf, joinFacts, type KnownFacts, membersOf } from './join-facts.ts';
import { cutBytesOf, emptyLog, joinLines, type ToldLine } from './join-lines.ts';
import { decodeRun, encodeJoinState, type KnownRun } from './join-state.ts';

export interface JoinOptions {
  /** Longer logs and return values are cut at a character boundary. */
  readonly logBytesMax: number;
}

export interface Joined {
  /** `stored` itself where nothing is new. */
  readonly invocation: Invocation;
  /** For each fragment, whether it told something that those before it had not. */
  readonly news: readonly boolean[];
}

const nothingFixed: ReadonlySet<string> = new Set();

/**
 * @param stored what is known already
 * @param fragments of the run of `stored`; in the order of their arrival, all of one request.
 *   At least one where nothing is stored. Texts are well-formed, times are whole and in bounds
 */
export function joinFragments(
  stored: Invocation | undefined,
  fragments: readonly Fragment[],
  { logBytesMax }: JoinOptions,
): Joined {
  const known = stored && decodeRun(stored);
  const { facts, news } = joinAllFacts(known, fragments, logBytesMax);
  const told = fragments.flatMap(({ lines }, from) =>
    lines.map((line): ToldLine => ({ line, from })),
  );
  const { log, news: newsOfLines } = joinLines(known?.log ?? emptyLog, told, logBytesMax);
  for (const from of newsOfLines) {
    news[from] = true;
  }
  if (stored !== undefined && !news.includes(true)) {
    return { invocation: stored, news };
  }
  return {
    invocation: {
      ...identityOf(stored, fragments[0]),
      ...membersOf(facts),
      log: log.text,
      logCutBytes: cutBytesOf(log),
      joinState: encodeJoinState({ facts, fixed: known?.fixed ?? nothingFixed, log }),
    },
    news,
  };
}

function joinAllFacts(
  known: KnownRun | undefined,
  fragments: readonly Fragment[],
  textBytesMax: number,
): { facts: KnownFacts; news: boolean[] } {
  let facts = known?.facts;
  const news: boolean[] = [];
  for (const fragment of fragments) {
    const told = withoutFixed(factsOf(fragment, textBytesMax), known?.fixed ?? nothingFixed);
    const joined = facts === undefined ? told : joinFacts(facts, told);
    news.push(joined !== facts);
    facts = joined;
  }
  if (facts === undefined) {
    throw new RangeError('a run needs a record or a fragment');
  }
  return { facts, news };
}

type Identity = Pick<Invocation, 'namespace' | 'functionName' | 'requestId' | 'retryNum'>;

function identityOf(stored: Invocation | undefined, fragment: Fragment | undefined): Identity {
  const run = stored ?? fragment;
  return {
    namespace: run?.namespace ?? '',
    functionName: run?.functionName ?? '',
    requestId: run?.requestId ?? '',
    retryNum: run?.retryNum ?? 0,
  };
}
