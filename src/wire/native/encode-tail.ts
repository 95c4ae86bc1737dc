// Server-sent events: records as they come in.

import type { TailRecord } from '../../domain/tail.ts';
import { encodeInvocation } from './encode-invocation.ts';

/** Its id leads on right after it (Last-Event-ID). */
export function recordEvent({ seq, invocation }: TailRecord): string {
  return eventOf('invocation', encodeInvocation(invocation), seq);
}

/** The follower was too slow: what follows was read from the store, and nothing of it is left out. */
export function gapEvent(gap: { readonly afterSeq: number; readonly untilSeq: number }): string {
  return eventOf('gap', { after: gap.afterSeq, until: gap.untilSeq });
}

export function endEvent(reason: string): string {
  return eventOf('end', { reason });
}

/** Keeps the connection open, and says how far the follower has come where nothing matched: as an id, and as a comment for readers that drop ids without data. */
export function heartbeat(seq: number): string {
  return `: at ${seq}\nid: ${seq}\n\n`;
}

function eventOf(kind: string, data: unknown, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
