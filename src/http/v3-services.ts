// What the actions of API 3.0 and of service tcb get to work with, and what one of them is.

import type { Key } from '../auth/keys.ts';
import type { Clock } from '../domain/clock.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { Asker } from '../query/gate.ts';
import type { ParameterReader } from '../wire/v3/parameter-reader.ts';
import type { FrontTimes, Questions } from './tencent-front.ts';

/** A local function to run, found by all names that are given. */
interface InvokeCall {
  readonly functionName: string;
  readonly namespace?: string;
  readonly qualifier?: string;
  /** JSON, parsed. */
  readonly event: unknown;
}

/** Runs local functions and stores the record of each run. */
export interface LocalInvoker {
  /** @throws AppError not_found, overloaded, body_too_large */
  invoke(call: InvokeCall): Promise<Invocation>;
  /**
   * Runs in the background.
   *
   * @returns the request id that the record will have
   * @throws AppError not_found, overloaded
   */
  start(call: InvokeCall): string;
}

export interface V3Services extends FrontTimes {
  readonly questions: Questions;
  readonly clock: Clock;
  /** Only where local functions may be run. */
  readonly localInvoker: LocalInvoker | undefined;
}

/** One call that has proved whose it is. */
interface V3Call {
  readonly key: Key;
  readonly asker: Asker;
  readonly parameters: ParameterReader;
}

/** @returns the members of Response; RequestId only where it is not to be the call's own */
export type V3Action = (call: V3Call, services: V3Services) => Promise<object>;
