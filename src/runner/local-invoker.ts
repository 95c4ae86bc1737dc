// Runs local functions by name for whoever may call them, and has the record of each run stored.

import { randomUUID } from 'node:crypto';
import { AppError, shownValue } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import { namespaceOf, qualifierOf } from './function-environment.ts';
import type { LocalFunction } from './local-function.ts';

export interface LocalInvokerOptions {
  readonly functions: readonly LocalFunction[];
  readonly run: (fn: LocalFunction, event: unknown, requestId: string) => Promise<Invocation>;
  readonly store: (invocations: readonly Invocation[]) => Promise<void>;
  /** Told why a run in the background left no record. */
  readonly onFault: (error: unknown) => void;
}

export interface InvokeCall {
  readonly functionName: string;
  /** Any where it is left out, as with the qualifier. */
  readonly namespace?: string;
  readonly qualifier?: string;
  /** Any JSON value. */
  readonly event: unknown;
}

/** Runs in the background at once, those included that wait for a worker. */
const BACKGROUND_MAX = 1000;

export class LocalInvoker {
  readonly #options: LocalInvokerOptions;
  readonly #background = new Set<Promise<void>>();

  constructor(options: LocalInvokerOptions) {
    this.#options = options;
  }

  /**
   * Runs a function and waits for its end.
   *
   * @throws AppError not_found, overloaded, body_too_large; storage_full, store_unavailable
   */
  async invoke(call: InvokeCall): Promise<Invocation> {
    return await this.#runAndStore(this.#find(call), call.event, randomUUID());
  }

  /**
   * Begins a run and does not wait for it.
   *
   * @returns the request id that its record will have
   * @throws AppError not_found, overloaded
   */
  start(call: InvokeCall): string {
    const fn = this.#find(call);
    if (this.#background.size >= BACKGROUND_MAX) {
      throw new AppError(
        'overloaded',
        `${BACKGROUND_MAX} runs go on in the background already; start this one in a moment`,
        { details: { backgroundMax: BACKGROUND_MAX } },
      );
    }
    const requestId = randomUUID();
    const running = this.#runAndStore(fn, call.event, requestId)
      .then(() => undefined, this.#options.onFault)
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
    return requestId;
  }

  /** Waits for what goes on in the background. Call it once the runner ends its workers. */
  async close(): Promise<void> {
    await Promise.all(this.#background);
  }

  async #runAndStore(fn: LocalFunction, event: unknown, requestId: string): Promise<Invocation> {
    const invocation = await this.#options.run(fn, event, requestId);
    await this.#options.store([invocation]);
    return invocation;
  }

  #find({ functionName, namespace, qualifier }: InvokeCall): LocalFunction {
    const { functions } = this.#options;
    const fn = functions.find(
      (each) =>
        each.name === functionName &&
        (namespace ?? namespaceOf(each)) === namespaceOf(each) &&
        (qualifier ?? qualifierOf(each)) === qualifierOf(each),
    );
    if (fn === undefined) {
      const known = functions.map((each) => `${namespaceOf(each)}/${each.name}`).join(', ');
      const [shown, list] = [shownValue(functionName), known || 'none'];
      throw new AppError('not_found', `there is no function ${shown} here; known: ${list}`, {
        zh: `函数 ${shown} 不存在；可用函数：${list}`,
      });
    }
    return fn;
  }
}
