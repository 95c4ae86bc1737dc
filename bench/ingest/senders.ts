// Many senders at once over HTTP, in a process of their own: what is asked of them and what they
// found. senders-process.ts is what runs there.

import { WorkerProcess } from '../worker-process.ts';

export interface SendTask {
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization: string;
  /** Where the record file is. */
  readonly records: string;
  /** The first record of the first body. */
  readonly first: number;
  /** Records in each body. */
  readonly batch: number;
  readonly bodies: number;
  /** How many records after the one before each body begins; `batch` where it is left out. */
  readonly advance?: number;
  /** Whether records may have been sent before; where it is left out, every one has to be new. */
  readonly mayRepeat?: boolean;
  readonly senders: number;
  /** No body is begun after this long, except every sender's first. */
  readonly seconds: number;
  /** A sender begins a body so often, in milliseconds; as soon as it can where left out. */
  readonly everyMs?: number;
  /** Whether all bodies are in memory before the clock starts, or each is read ahead of its turn. */
  readonly inMemory: boolean;
}

export interface Acknowledgement {
  /** After the clock started. */
  readonly atMs: number;
  /** From the first byte of the body to its receipt; with the waits where it was refused first. */
  readonly tookMs: number;
}

export interface SendOutcome {
  readonly records: number;
  /** Those among them that were there already. */
  readonly duplicates: number;
  /** From the first byte sent to the last acknowledgement. */
  readonly seconds: number;
  /** When the clock started, in milliseconds since 1970. */
  readonly beginMs: number;
  /** One for each body, in the order of the receipts. */
  readonly acknowledged: readonly Acknowledgement[];
  /** Answers 429: the body was sent again after the time that the server gave. */
  readonly refusals: number;
  /** Processor time that the senders took themselves. */
  readonly cpuSeconds: number;
}

export type Senders = WorkerProcess<SendTask, SendOutcome>;

export function startSenders(): Senders {
  return new WorkerProcess('senders');
}

/** @returns milliseconds to the receipt, one for each body */
export function tookMsOf({ acknowledged }: SendOutcome): number[] {
  return acknowledged.map(({ tookMs }) => tookMs);
}
