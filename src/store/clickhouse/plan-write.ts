// Decides what becomes of records that the store may hold already: which are new, which take the
// place of an earlier one, which were there. Pure; the writer carries it out.

import type { WriteOutcome } from '../../domain/receipt.ts';

/** A record of a batch, as far as its identity and its content are concerned. */
export interface IncomingRecord {
  /** identityKey() of the record. */
  readonly identity: string;
  readonly startTimeUs: number;
  readonly contentHash: number;
  readonly invokeFinished: boolean;
}

/** A stored record that one of the batch may be the same run as. */
export interface KnownRecord {
  readonly seq: number;
  readonly startTimeUs: number;
  readonly contentHash: number;
  readonly invokeFinished: boolean;
}

export interface WritePlan {
  /** Which of the incoming records are written, by their place in the batch. */
  readonly writes: readonly {
    readonly index: number;
    /** The sequence of the stored record that goes out of sight; 0 for none. */
    readonly replaces: number;
  }[];
  readonly outcomes: readonly WriteOutcome[];
}

export interface PlanOptions {
  /** Starts further apart than this are different runs. */
  readonly identityWindowUs: number;
}

/** A record that will be written, or one that is stored and may be replaced. */
interface Candidate {
  startTimeUs: number;
  contentHash: number;
  invokeFinished: boolean;
  /** Stored under this sequence; 0 for one that only this batch holds. */
  readonly storedSeq: number;
  /** Which record of the batch is the newest content; undefined as long as the stored one stands. */
  index: number | undefined;
}

/**
 * @param batch in the order of arrival
 * @param known what is stored under the identities of the batch, by identity
 */
export function planWrite(
  batch: readonly IncomingRecord[],
  known: ReadonlyMap<string, readonly KnownRecord[]>,
  options: PlanOptions,
): WritePlan {
  const candidates = new Map<string, Candidate[]>();
  const toWrite: Candidate[] = [];
  const outcomes = batch.map((record, index): WriteOutcome => {
    const same = candidatesOf(record.identity, known, candidates);
    const nearest = nearestOf(same, record.startTimeUs, options.identityWindowUs);
    if (nearest === undefined) {
      const { startTimeUs, contentHash, invokeFinished } = record;
      const added = { startTimeUs, contentHash, invokeFinished, storedSeq: 0, index };
      same.push(added);
      toWrite.push(added);
      return 'accepted';
    }
    if (isCoveredBy(record, nearest)) {
      return 'duplicate';
    }
    if (nearest.index === undefined) {
      toWrite.push(nearest);
    }
    nearest.index = index;
    nearest.startTimeUs = record.startTimeUs;
    nearest.contentHash = record.contentHash;
    nearest.invokeFinished = record.invokeFinished;
    return 'replaced';
  });
  const writes = toWrite.flatMap(({ index, storedSeq }) =>
    index === undefined ? [] : [{ index, replaces: storedSeq }],
  );
  return { writes, outcomes };
}

function candidatesOf(
  identity: string,
  known: ReadonlyMap<string, readonly KnownRecord[]>,
  candidates: Map<string, Candidate[]>,
): Candidate[] {
  let same = candidates.get(identity);
  if (same === undefined) {
    same = (known.get(identity) ?? []).map(({ seq, ...record }) => ({
      ...record,
      storedSeq: seq,
      index: undefined,
    }));
    candidates.set(identity, same);
  }
  return same;
}

function nearestOf(
  same: readonly Candidate[],
  startTimeUs: number,
  windowUs: number,
): Candidate | undefined {
  let nearest: Candidate | undefined;
  let distance = windowUs;
  for (const candidate of same) {
    const apart = Math.abs(candidate.startTimeUs - startTimeUs);
    if (apart < distance || (apart === distance && nearest === undefined)) {
      nearest = candidate;
      distance = apart;
    }
  }
  return nearest;
}

/** The same content again, or news of the start when the end is known: nothing to write. */
function isCoveredBy(record: IncomingRecord, stored: Candidate): boolean {
  return (
    record.contentHash === stored.contentHash || (stored.invokeFinished && !record.invokeFinished)
  );
}
