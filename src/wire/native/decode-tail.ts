// The parameters of GET /api/v1/tail.

import { AppError, shownValue } from '../../domain/errors.ts';
import { buildInvocationQuery } from '../../domain/invocation-query.ts';
import type { TailFilter } from '../../domain/tail.ts';
import { decodeNamed, type ParameterDecoders, refuse, whole } from './decode-named.ts';
import { filterDecoders, type NativeQuery } from './decode-query.ts';

interface TailQuery {
  readonly filter: TailFilter;
  /** Where to go on from; undefined: from now on. */
  readonly afterSeq: number | undefined;
}

type Draft = { -readonly [Key in keyof NativeQuery]?: NativeQuery[Key] } & { afterSeq?: number };

const decoders: ParameterDecoders<Draft> = {
  ...filterDecoders,
  after: (draft, value, name) => {
    draft.afterSeq = whole(value, name, Number.MAX_SAFE_INTEGER);
  },
};

/**
 * @param encoded the bytes after the `?`
 * @param lastEventId the header Last-Event-ID, which counts before `after`: it is further on
 * @throws AppError as decodeNamed does
 */
export function decodeTailQuery(encoded: Uint8Array, lastEventId: string | undefined): TailQuery {
  const { afterSeq, ...given } = decodeNamed<Draft>(encoded, decoders, {});
  const { orderBy, order, limit, offset, slowerThan, ...filter } = buildInvocationQuery(given);
  if (slowerThan !== undefined && 'times' in slowerThan) {
    refuse(
      'slow',
      `>${slowerThan.times}x`,
      'medians move; a duration can be followed, as in >250ms',
    );
  }
  return {
    filter: { ...filter, ...(slowerThan === undefined ? {} : { slowerThan }) },
    afterSeq: lastEventId === undefined ? afterSeq : sequenceOf(lastEventId),
  };
}

function sequenceOf(text: string): number {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))
    ? Number(text)
    : refuse('Last-Event-ID', text, 'it takes the id of an event');
}

/** @throws AppError where an answer of another kind is asked for */
export function assertTakesEvents(accept: string | undefined): void {
  const accepted = accept ?? '*/*';
  if (!/text\/event-stream|text\/\*|\*\/\*/.test(accepted)) {
    throw new AppError(
      'malformed_request',
      `Accept is ${shownValue(accepted)}: the answer is text/event-stream`,
    );
  }
}
