import { expect, test } from 'vitest';
import { logLines } from './log-lines.ts';

const kindOf = (line: string) => logLines(line)[0]?.kind;

test.each([
  'Error: upstream answered 503',
  'TypeError: x is not a function',
  'java.io.IOException: closed',
  '    at handler (/app/index.js:10:5)',
  'Traceback (most recent call last):',
  '2026-01-31T12:00:00.000Z\tid\tERROR\tno luck',
  'finished with 3 errors, the last error: disk',
  '{"level":"error","msg":"x"}',
  '{"level":50,"msg":"x"}',
  '{"severityText":"FATAL"}',
  '{"msg":"x","error":"refused"}',
  '{"errorMessage":"x"}',
])('is red: %s', (line) => {
  expect(kindOf(line)).toBe('error');
});

test.each([
  '{"level":"info","error":null}',
  '{"level":30,"msg":"after an error"}',
  '{"level":"info","error":"retried"}',
  '{"error":null,"errors":[]}',
  '{"error":false}',
  '0 failed, no error',
  'done: 0 errors',
  'done: errors=0, error: null',
  'without any exception',
  '2026-01-31T12:00:00.000Z\tid\tINFO\terror handler is in place',
  'level=info msg="error handler"',
  '[info] error handler',
  'terror in the mirror',
])('is not red: %s', (line) => {
  expect(kindOf(line)).not.toBe('error');
});
