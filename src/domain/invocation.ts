// The one record that fnlog keeps: one run of one function. No wire format knows more than this.

/** What a function gave for retCode when it has not finished yet (vendor: RetCode 2). */
export const RET_CODE_RUNNING = 2;

/** The namespace and qualifier of a record that names none (vendor defaults). */
export const DEFAULT_NAMESPACE = 'default';
export const DEFAULT_QUALIFIER = '$LATEST';

/** Where a run stands among all runs of its function that have ended. */
export interface RunRank {
  /** The share of them that took no longer, 0 to 100. */
  readonly percentile: number;
  readonly among: number;
  /** Their median duration, as StatisticsEntry.duration has it. */
  readonly medianUs: number;
}

export interface Invocation {
  readonly namespace: string;
  readonly functionName: string;
  readonly qualifier: string;
  /** Names the event; a retry of the same event keeps it and raises `retryNum`. */
  readonly requestId: string;
  readonly retryNum: number;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly startTimeUs: number;
  readonly durationUs: number;
  readonly billDurationMs: number;
  /** Peak memory, in bytes; 0 where the producer did not say. */
  readonly memUsageBytes: number;
  /** The function's limit, in bytes; 0 where the producer did not say. */
  readonly memoryLimitBytes: number;
  /** How long the function may run, in ms; 0 where the producer did not say. */
  readonly timeLimitMs: number;
  /** Start-up time, given for a cold start only. */
  readonly initDurationUs: number | null;
  /** 0 ok, 2 running, 3 interrupted, any other failed. */
  readonly retCode: number;
  /** The kind of outcome: a code of `statusCodes`, or one that the producer gave. */
  readonly statusCode: number;
  readonly invokeFinished: boolean;
  readonly retMsg: string;
  readonly log: string;
  /** Bytes of the log that were cut off because it was over the bound; 0 for a whole log. */
  readonly logCutBytes: number;
  readonly traceId: string;
  readonly source: string;
  /** Fields of the ingested record that fnlog does not know, as they came. */
  readonly extra: Readonly<Record<string, unknown>>;
  /**
   * How a record was put together from fragments, for the next fragment of it: text of
   * ingest/join-fragments. Left out of whole records, and of what pages answer.
   */
  readonly joinState?: string;
  /** When the store last took news of a run that has not finished, in ms since 1970; given by reads. */
  readonly heardTimeMs?: number;
  /** Among the runs of its function; given by answers that are asked for it. */
  readonly rank?: RunRank;
  /** The run never ended and its time is up (domain/lost-run); given by answers. */
  readonly lost?: true;
}

/**
 * What makes two records the same run, together with starts that lie close to each other.
 *
 * @returns a string that is equal for equal identities and different for different ones
 */
export function identityKey(
  invocation: Pick<Invocation, 'namespace' | 'functionName' | 'requestId' | 'retryNum'>,
): string {
  const { namespace, functionName, requestId, retryNum } = invocation;
  return JSON.stringify([namespace, functionName, requestId, retryNum]);
}

/**
 * The billed duration of a record whose producer gave none: rounded up to the next 100 ms
 * (seed document, bill_duration).
 *
 * @param durationUs the duration in microseconds
 * @returns milliseconds, a multiple of 100
 */
export function billDurationMsOf(durationUs: number): number {
  return Math.ceil(durationUs / 100_000) * 100;
}
