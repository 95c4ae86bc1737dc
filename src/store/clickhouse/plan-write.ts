// Decides what a batch changes: which records are new, which take the place of an earlier one,
// which were there already. Pure; the writer carries it out.

import type { Invocation } from '../../domain/invocation.ts';
import type { WriteOutcome } from '../../domain/receipt.ts';
import { encodeRow, type PreparedRow } from './rows.ts';

/** A stored record that one of the batch may be the same run as. */
export interface KnownRecord {
  readonly seq: number;
  readonly startTimeUs: number;
  readonly contentHash: number;
  readonly invokeFinished: boolean;
}

export interface WritePlan {
  /** Lines for INSERT_INVOCATIONS. */
  readonly rows: readonly string[];
  /** Which stored records go out of sight. */
  readonly superseded: readonly { readonly seq: number; readonly replacedBy: number }[];
  readonly outcomes: readonly WriteOutcome[];
  /** The highest sequence that `rows` use; `seqBefore` where there are none. */
  readonly seqLast: number;
}

export interface PlanOptions {
  /** The highest sequence in use so far. */
  readonly seqBefore: number;
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
  /** The newest content in this batch; undefined as long as the stored one stands. */
  row: PreparedRow | undefined;
}

/**
 * @param batch in the order of arrival
 * @param prepared the same records, prepared
 * @param known what is stored under the identities of the batch, by identity
 */
export function planWrite(
  batch: readonly Invocation[],
  prepared: readonly PreparedRow[],
  known: ReadonlyMap<string, readonly KnownRecord[]>,
  options: PlanOptions,
): WritePlan {
  const candidates = new Map<string, Candidate[]>();
  const toWrite: Candidate[] = [];
  const outcomes = batch.map((invocation, index): WriteOutcome => {
    const row = prepared[index];
    if (row === undefined) {
      throw new RangeError('a batch and its prepared rows differ in length');
    }
    const same = candidatesOf(row.identity, known, candidates);
    const nearest = nearestOf(same, invocation.startTimeUs, options.identityWindowUs);
    if (nearest === undefined) {
      const added = candidateOf(invocation, row);
      same.push(added);
      toWrite.push(added);
      return 'accepted';
    }
    if (isCoveredBy(invocation, row, nearest)) {
      return 'duplicate';
    }
    if (nearest.row === undefined) {
      toWrite.push(nearest);
    }
    nearest.row = row;
    nearest.startTimeUs = invocation.startTimeUs;
    nearest.contentHash = row.contentHash;
    nearest.invokeFinished = invocation.invokeFinished;
    return 'replaced';
  });
  return { ...placed(toWrite, options.seqBefore), outcomes };
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
      row: undefined,
    }));
    candidates.set(identity, same);
  }
  return same;
}

function candidateOf(invocation: Invocation, row: PreparedRow): Candidate {
  return {
    startTimeUs: invocation.startTimeUs,
    contentHash: row.contentHash,
    invokeFinished: invocation.invokeFinished,
    storedSeq: 0,
    row,
  };
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
function isCoveredBy(invocation: Invocation, row: PreparedRow, stored: Candidate): boolean {
  return (
    row.contentHash === stored.contentHash || (stored.invokeFinished && !invocation.invokeFinished)
  );
}

function placed(toWrite: readonly Candidate[], seqBefore: number): Omit<WritePlan, 'outcomes'> {
  const rows: string[] = [];
  const superseded: { seq: number; replacedBy: number }[] = [];
  let seq = seqBefore;
  for (const { row, storedSeq } of toWrite) {
    if (row !== undefined) {
      seq += 1;
      rows.push(encodeRow(row, { seq, replaces: storedSeq }));
      if (storedSeq !== 0) {
        superseded.push({ seq: storedSeq, replacedBy: seq });
      }
    }
  }
  return { rows, superseded, seqLast: seq };
}
