// What the runner and a worker process say to each other: a request is one line of JSON down, its
// answer one line of JSON up, on file descriptor 3. Everything a worker sends is checked, because
// the function runs in the same process and may write there too.

import { z } from 'zod';

/** Load the function's code. The first request of every worker. */
export interface LoadRequest {
  readonly op: 'load';
  readonly token: string;
  /** Absolute. */
  readonly dir: string;
  /** Relative to `dir`, without its ending. */
  readonly file: string;
  /** The endings that the file may have, the first that is there counts. */
  readonly endings: readonly string[];
  readonly functionName: string;
  readonly resultBytesMax: number;
}

export interface RunRequest {
  readonly op: 'run';
  readonly token: string;
  /** JSON. */
  readonly event: string;
  readonly context: Readonly<Record<string, unknown>>;
}

export type WorkerRequest = LoadRequest | RunRequest;

/** The kinds of failure that a worker itself can tell. */
const workerFailures = [
  'exception',
  'handler_not_found',
  'result_unserialisable',
  'result_too_large',
  'memory',
  'exit',
] as const;

const answerBase = {
  token: z.string(),
  /** Of the handler alone; 0 for a load. */
  durationUs: z.number().min(0),
  /** Peak memory as the worker sees it: for systems that tell nobody else. */
  maxRssBytes: z.number().min(0),
  /** The worker must not be used again. */
  poisoned: z.boolean(),
};

export const workerAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ ...answerBase, ok: z.literal(true), result: z.string() }),
  z.object({
    ...answerBase,
    ok: z.literal(false),
    failure: z.enum(workerFailures),
    message: z.string(),
  }),
]);

export type WorkerAnswer = z.infer<typeof workerAnswerSchema>;

/** SCF's bound for what goes in and what comes out of a function. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
