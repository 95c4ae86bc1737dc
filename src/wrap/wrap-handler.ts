// A handler with a record around it. What it returns, throws or passes to its callback reaches the
// caller as the same value; what is synchronous stays so.

import type { ServerResponse } from 'node:http';
import { answerOf, isServerResponse, requestIdOf, whenAnswered } from './http-run.ts';
import { factsOfContext, type RunFacts } from './platform-facts.ts';
import type { Run, RunRecorder } from './run-recorder.ts';

/** Any function: (event, context), (event, context, callback), (request, response). */
export type AnyHandler = (...args: never[]) => unknown;
type Handler = (this: unknown, ...args: unknown[]) => unknown;

export interface WrapHandlerOptions {
  readonly recorder: RunRecorder;
  readonly functionName: string | undefined;
  readonly platform: RunFacts;
  /** Settled when the records are out or the time is over; undefined where nothing waits for it. */
  readonly flush: (() => Promise<unknown>) | undefined;
}

const CALLBACK_AT = 2;
/** What Express's `next` takes that is no error. */
const waysOut: readonly unknown[] = ['route', 'router'];

/** @returns a function of the same name and number of parameters, which platforms look at */
export function wrapHandler(handler: Handler, options: WrapHandlerOptions): Handler {
  const wrapped: Handler = function (...args) {
    const run = options.recorder.begin(() => factsOf(handler, args, options), true);
    return run === undefined
      ? Reflect.apply(handler, this, args)
      : new RecordedCall(run, options).call(handler, this, args);
  };
  for (const name of ['length', 'name'] as const) {
    Object.defineProperty(wrapped, name, { value: handler[name], configurable: true });
  }
  return wrapped;
}

class RecordedCall {
  readonly #run: Run;
  readonly #options: WrapHandlerOptions;

  constructor(run: Run, options: WrapHandlerOptions) {
    this.#run = run;
    this.#options = options;
  }

  call(handler: Handler, self: unknown, args: unknown[]): unknown {
    const { recorder } = this.#options;
    const response = this.#watchedResponse(args[1]);
    const callback = args[CALLBACK_AT];
    const given =
      typeof callback === 'function'
        ? args.with(CALLBACK_AT, this.#around(callback as Handler, response !== undefined))
        : args;
    let returned: unknown;
    try {
      returned = recorder.within(this.#run, () => Reflect.apply(handler, self, given));
    } catch (error) {
      recorder.end(this.#run, { kind: 'threw', error });
      throw error;
    }
    if (isThenable(returned)) {
      return this.#afterPromise(returned, response);
    }
    // With a callback or a response, a handler that returns nothing has not ended yet.
    const goesOn = response !== undefined || (typeof callback === 'function' && handler.length > 2);
    if (!goesOn || (returned !== undefined && response === undefined)) {
      recorder.end(this.#run, { kind: 'returned', value: returned });
    }
    return returned;
  }

  /** @returns the second argument, if it is the response of an HTTP request */
  #watchedResponse(value: unknown): ServerResponse | undefined {
    const { recorder } = this.#options;
    let response: ServerResponse | undefined;
    recorder.attempt(() => {
      if (isServerResponse(value)) {
        whenAnswered(value, (outcome) => recorder.end(this.#run, outcome));
        response = value;
      }
    });
    return response;
  }

  /**
   * One that follows the handler's: so a lazy one is started once, and a rejection that nobody
   * handles is still one that nobody handles.
   */
  #afterPromise(
    returned: PromiseLike<unknown>,
    response: ServerResponse | undefined,
  ): PromiseLike<unknown> {
    const { recorder, flush } = this.#options;
    const hold = <Result>(result: () => Result) =>
      flush === undefined ? result() : flush().then(result);
    return returned.then(
      (value) => {
        if (response === undefined) {
          recorder.end(this.#run, { kind: 'returned', value });
        } else if (response.writableEnded) {
          recorder.end(this.#run, answerOf(response, true));
        }
        return hold(() => value);
      },
      (error) => {
        recorder.end(this.#run, { kind: 'threw', error });
        return hold(() => {
          throw error;
        });
      },
    );
  }

  /** @param isNext whether it only hands an HTTP request on */
  #around(callback: Handler, isNext: boolean): Handler {
    const { recorder, flush } = this.#options;
    const run = this.#run;
    return function (...given) {
      const [error, value] = given;
      const isError = error !== undefined && error !== null;
      if (isError && !(isNext && waysOut.includes(error))) {
        recorder.end(run, { kind: 'threw', error });
      } else if (!isNext) {
        recorder.end(run, { kind: 'returned', value });
      }
      if (flush === undefined || isNext) {
        return Reflect.apply(callback, this, given);
      }
      void flush().then(() => Reflect.apply(callback, this, given));
      return undefined;
    };
  }
}

function factsOf(
  handler: Handler,
  args: readonly unknown[],
  { functionName, platform }: WrapHandlerOptions,
): RunFacts {
  // A streaming handler of Lambda has its context in the third place.
  const context = typeof args[2] === 'object' && args[2] !== null ? args[2] : args[1];
  const ofRequest = isServerResponse(context) ? requestIdOf(args[0]) : undefined;
  const told = isServerResponse(context) ? {} : factsOfContext(context);
  return {
    ...platform,
    ...told,
    ...(ofRequest === undefined ? {} : { requestId: ofRequest }),
    functionName:
      functionName ?? told.functionName ?? platform.functionName ?? (handler.name || 'handler'),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
