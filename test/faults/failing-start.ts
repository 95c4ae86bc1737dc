// A start that must fail: with one sentence for the operator and nothing else.

import { expect } from 'vitest';
import { type ServeOptions, ServeProcess } from '../support/running-server.ts';

const ONE_SENTENCE = /^fnlog: [^\n]+\n$/;

/**
 * Runs `fnlog serve` to its end.
 *
 * @param exitCode 1 where it cannot start, 2 where it was called wrongly
 * @returns what it wrote to standard error
 */
export async function failToStart(options: ServeOptions, exitCode = 1): Promise<string> {
  const serve = new ServeProcess(options);
  const exit = await serve.exit();
  expect(exit, serve.stderr).toEqual({ code: exitCode, signal: null });
  expect(serve.stdout).toBe('');
  expect(serve.stderr).not.toMatch(/^\s+at |node:internal|DB::|Error:/m);
  return serve.stderr;
}

/** @returns the sentence, of which it is sure that there is one and that it names the directory */
export async function refusalOf(options: ServeOptions): Promise<string> {
  const stderr = await failToStart(options);
  expect(stderr).toMatch(ONE_SENTENCE);
  expect(stderr).toContain(`the data directory ${options.dataDir} `);
  return stderr;
}
