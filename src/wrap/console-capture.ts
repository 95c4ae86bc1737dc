// Which run wrote which line: console methods are passed through unchanged, and what they are given
// is noted for the run in whose asynchronous context they are called.

import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { CapturedLog } from './captured-log.ts';

const methods = ['debug', 'error', 'info', 'log', 'warn'] as const;
type Method = (typeof methods)[number];
type Write = (...values: unknown[]) => void;

/** The console, or what stands for it. */
export type ConsoleTarget = Record<Method, Write>;

export class ConsoleCapture {
  readonly #storage = new AsyncLocalStorage<CapturedLog>();
  readonly #target: ConsoleTarget;
  readonly #onFault: () => void;
  readonly #replaced = new Map<Method, { original: Write; own: Write }>();
  #isInside = false;

  /** @param onFault told of errors of the capture itself, which never reach the caller */
  constructor(target: ConsoleTarget, onFault: () => void) {
    this.#target = target;
    this.#onFault = onFault;
  }

  /** Puts itself before the console's methods. */
  start(): void {
    for (const method of methods) {
      try {
        this.#replace(method);
      } catch {
        // A frozen console: its lines are not captured.
        this.#onFault();
      }
    }
  }

  /** Takes itself away again, where nobody has put themselves before it since. */
  stop(): void {
    for (const [method, { original, own }] of this.#replaced) {
      if (this.#target[method] === own) {
        this.#target[method] = original;
      }
    }
    this.#replaced.clear();
    this.#storage.disable();
  }

  /** Runs `code`; lines that it writes, now or later, go to `log`. */
  run<Result>(log: CapturedLog, code: () => Result): Result {
    return this.#storage.run(log, code);
  }

  #replace(method: Method): void {
    const original = this.#target[method];
    const own: Write = (...values) => {
      const log = this.#isInside ? undefined : this.#storage.getStore();
      if (log === undefined) {
        return Reflect.apply(original, this.#target, values);
      }
      // One console method may call another one, which would note the line again.
      this.#isInside = true;
      try {
        this.#note(log, values);
        return Reflect.apply(original, this.#target, values);
      } finally {
        this.#isInside = false;
      }
    };
    this.#target[method] = own;
    this.#replaced.set(method, { original, own });
  }

  #note(log: CapturedLog, values: readonly unknown[]): void {
    try {
      log.add(format(...values));
    } catch {
      this.#onFault();
    }
  }
}
