// The test suite: every file in a process of its own, because the embedded engine is one per process.

import { defineConfig } from 'vitest/config';

prepareEnvironment(process.env);

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'console/src/**/*.test.ts'],
    pool: 'forks',
    isolate: true,
    // Each process with an engine takes several hundred megabytes.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

/** Done here and not in `test.env`: libuv reads its thread count before a worker runs any code of ours. */
function prepareEnvironment(env: NodeJS.ProcessEnv): void {
  // Statements of the embedded engine run on libuv's threads, and one connection holds one thread.
  env['UV_THREADPOOL_SIZE'] = '16';
  // Nothing that is set on a developer's machine may change a result.
  const personal =
    /^(?:(?:https?|all|no)_proxy|force_color|fnlog_(?!(?:fuzz_runs|disk_rounds|console_records)$).*|otel_.*)$/i;
  for (const name of Object.keys(env).filter((key) => personal.test(key))) delete env[name];
  env['NO_COLOR'] = '1';
}
