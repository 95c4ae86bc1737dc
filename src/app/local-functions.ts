// The functions in a folder of this machine, for dev and invoke.

import { systemClock } from '../domain/clock.ts';
import type { Invocation } from '../domain/invocation.ts';
import { FunctionRunner } from '../runner/function-runner.ts';
import {
  type LocalFunction,
  loadLocalFunction,
  loadLocalFunctions,
} from '../runner/local-function.ts';

export interface LocalFunctionsApp {
  readonly functions: readonly LocalFunction[];
  /** Folders that hold no usable function, with a sentence each. */
  readonly refused: readonly { readonly dir: string; readonly reason: string }[];
  /** Runs a function; its record is not stored yet. A request id is made where none is given. */
  run(fn: LocalFunction, event: unknown, requestId?: string): Promise<Invocation>;
  close(): Promise<void>;
}

/** The functions in the folders of `parentDir`, those whose runtime is on this machine. */
export async function openLocalFunctions(parentDir: string): Promise<LocalFunctionsApp> {
  const { functions, refused } = await loadLocalFunctions(parentDir);
  return await withRunner(
    new FunctionRunner({ clock: systemClock }),
    functions,
    refused.map(({ dir, error }) => ({ dir, reason: error.message })),
  );
}

/** The one function in `dir`, run by at most `workersMax` processes. */
export async function openLocalFunction(
  dir: string,
  workersMax: number,
): Promise<LocalFunctionsApp> {
  const runner = new FunctionRunner({ clock: systemClock, workersMax });
  return await withRunner(runner, [await loadLocalFunction(dir)], []);
}

async function withRunner(
  runner: FunctionRunner,
  found: readonly LocalFunction[],
  alreadyRefused: LocalFunctionsApp['refused'],
): Promise<LocalFunctionsApp> {
  const functions: LocalFunction[] = [];
  const refused = [...alreadyRefused];
  for (const fn of found) {
    const availability = await runner.available(fn);
    if (availability.available) {
      functions.push(fn);
    } else {
      refused.push({ dir: fn.dir, reason: availability.reason });
    }
  }
  return {
    functions,
    refused,
    run: (fn, event, requestId) =>
      runner.invoke(fn, event, requestId === undefined ? {} : { requestId }),
    close: () => runner.close(),
  };
}
