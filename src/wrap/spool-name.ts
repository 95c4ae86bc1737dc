// Names of spooled files. They say all there is to know of a file, so that a listing of the directory
// is enough to find the oldest, to hold the bound and to count what is dropped.
//
//   1795436966123-3fa2c1d0-000017-25-18034.ndjson                       waits
//   1795436966123-3fa2c1d0-000017-25-18034.ndjson.claim-4711-1795…      is being sent by process 4711
//   1795436966123-3fa2c1d0-000017-25-18034.ndjson.part                  is being written

export interface SpoolName {
  /** The name without what stands after .ndjson. */
  readonly base: string;
  readonly fileName: string;
  readonly state: 'waits' | 'claimed' | 'part';
  /** When it was written, in ms since 1970. */
  readonly writtenMs: number;
  readonly records: number;
  readonly bytes: number;
  /** For claimed ones: who has it, and since when. */
  readonly claim: { readonly processId: number; readonly sinceMs: number } | undefined;
}

const NAME =
  /^((\d{13})-[\da-f]{8}-\d{6,9}-(\d{1,7})-(\d{1,10})\.ndjson)(?:\.(part)|\.claim-(\d{1,10})-(\d{13}))?$/;

export interface NameParts {
  readonly writtenMs: number;
  /** Eight hexadecimal digits that another writer does not have. */
  readonly writer: string;
  readonly sequence: number;
  readonly records: number;
  readonly bytes: number;
}

/** Sorted as texts, such names are in the order of their writing. */
export function spoolBaseOf({ writtenMs, writer, sequence, records, bytes }: NameParts): string {
  const time = String(writtenMs).padStart(13, '0');
  return `${time}-${writer}-${String(sequence).padStart(6, '0')}-${records}-${bytes}.ndjson`;
}

export function partNameOf(base: string): string {
  return `${base}.part`;
}

export function claimNameOf(base: string, processId: number, nowMs: number): string {
  return `${base}.claim-${processId}-${String(nowMs).padStart(13, '0')}`;
}

/** @returns undefined for a name that is not ours */
export function parseSpoolName(fileName: string): SpoolName | undefined {
  const match = NAME.exec(fileName);
  if (match === null) {
    return undefined;
  }
  const [, base = '', time, records, bytes, part, processId, sinceMs] = match;
  const claim =
    processId === undefined
      ? undefined
      : { processId: Number(processId), sinceMs: Number(sinceMs) };
  const unclaimed = part === undefined ? 'waits' : 'part';
  return {
    base,
    fileName,
    state: claim === undefined ? unclaimed : 'claimed',
    writtenMs: Number(time),
    records: Number(records),
    bytes: Number(bytes),
    claim,
  };
}
