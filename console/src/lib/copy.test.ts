import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invocation } from '../api/types.ts';
import { asCommand, asCurl } from './copy.ts';

const runOf = (given: Partial<Invocation>) =>
  ({ namespace: 'default', functionName: 'f', requestId: 'r', ...given }) as Invocation;

/** What a shell makes of a line. */
function wordsOf(line: string): string[] {
  const script = `for word in ${line}; do printf '%s\\0' "$word"; done`;
  return execFileSync('/bin/sh', ['-c', script]).toString().split('\0').slice(0, -1);
}

test('plain names stand as they are', () => {
  expect(asCommand(runOf({ functionName: 'resize', requestId: 'a-1' }))).toBe(
    'fnlog logs --request-id=a-1 -- resize',
  );
});

test('a shell takes any names for what they are, dashes at their begin included', () => {
  const name = fc.oneof(
    fc.constantFrom('-rf', '--namespace', "it's", '$HOME', '`id`', 'a b', '*', '日志'),
    fc.string({ minLength: 1 }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
  );
  fc.assert(
    fc.property(name, name, name, (namespace, functionName, requestId) => {
      expect(wordsOf(asCommand(runOf({ namespace, functionName, requestId })))).toEqual([
        ...['fnlog', 'logs', `--request-id=${requestId}`],
        ...(namespace === 'default' ? [] : [`--namespace=${namespace}`]),
        ...['--', functionName],
      ]);
    }),
    { numRuns: 40 },
  );
});

test('an address holds any name, and no key', () => {
  const run = runOf({ namespace: 'a&b', requestId: '../x?y#z' });
  expect(
    wordsOf(asCurl(run, 'http://127.0.0.1:5280').replace('"$SECRET_ID:$SECRET_KEY"', 'key')),
  ).toEqual([
    'curl',
    '-u',
    'key',
    'http://127.0.0.1:5280/api/v1/invocations/..%2Fx%3Fy%23z?namespace=a%26b',
  ]);
});
