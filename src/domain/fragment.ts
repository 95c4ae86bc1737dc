// Part of a record, from a source that tells of a run bit by bit: that it began, some lines of its
// log, how it ended. Fragments of one run may come in any order, in any number of requests, and more
// than once; the record that they make together is always the same.

import type { Invocation } from './invocation.ts';

export interface LogLine {
  /** Microseconds since 1970; orders the lines of a run. */
  readonly timeUs: number;
  /** Without the end of the line. */
  readonly text: string;
  /**
   * The source's own name of the line: lines of one run with the same id are one, and ids order
   * lines of the same time. Without it, lines of the same time and text are one where they come in
   * different requests, and keep the order in which they came.
   */
  readonly id?: string;
}

/** What a fragment knows of its run; what it does not know is left out. */
export interface RunFacts
  extends Partial<
    Pick<
      Invocation,
      | 'qualifier'
      | 'startTimeUs'
      | 'durationUs'
      | 'billDurationMs'
      | 'memUsageBytes'
      | 'memoryLimitBytes'
      | 'timeLimitMs'
      | 'initDurationUs'
      | 'retCode'
      | 'statusCode'
      | 'retMsg'
      | 'traceId'
      | 'extra'
    >
  > {
  /** Microseconds since 1970. Gives the duration where no fragment does. */
  readonly endTimeUs?: number;
  /** The run has ended; with `retCode` left out it went well, until another fragment says otherwise. */
  readonly invokeFinished?: true;
}

export interface Fragment {
  readonly namespace: string;
  readonly functionName: string;
  /** Undefined where only `stream` tells which run it is. */
  readonly requestId: string | undefined;
  readonly retryNum: number;
  /**
   * Where runs follow one another, such as one sandbox's log stream: a fragment without a request
   * id is of the run of its stream that began last before `timeUs`.
   */
  readonly stream?: string;
  /** When this was said, in microseconds since 1970; stands in for a start that is not known yet. */
  readonly timeUs: number;
  readonly facts: RunFacts;
  readonly lines: readonly LogLine[];
  /** The kind of source, such as `otlp` or `cloudwatch`. */
  readonly source: string;
}

/** What a decoder of fragments hands to ingest: one event of a request, understood or not. */
export type FragmentCandidate =
  | {
      /** 1-based place of the event in the request. */
      readonly line: number;
      readonly fragment: Fragment;
      /** Roughly its size on the wire. */
      readonly bytes: number;
    }
  | {
      readonly line: number;
      /** The field at fault; left out where the event as a whole is. */
      readonly field?: string;
      /** Why it is no part of any run. */
      readonly unreadable: string;
    };
