import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { buildInvocationQuery, type InvocationQuery } from '../domain/invocation-query.ts';
import { encodePage } from '../wire/native/encode-page.ts';
import { firstLine, outcomeText } from './outcome-text.ts';
import { windowText } from './window-text.ts';

describe('an outcome', () => {
  test.each([
    ['a run that went well', {}, 'ok, 1.50 ms, 9.5 MB'],
    [
      'a failure',
      { retCode: 1, statusCode: 433, retMsg: 'timed out\r\nafter 3 s' },
      'failed (433), 1.50 ms, 9.5 MB: timed out',
    ],
    ['a run that goes on', { retCode: 2, statusCode: 0 }, 'running'],
  ])('of %s', (_what, given, text) => {
    expect(outcomeText(buildInvocation(given))).toBe(text);
  });
});

describe('a first line', () => {
  test.each([
    ['', ''],
    ['one', 'one'],
    ['one\ntwo', 'one'],
    ['one\r\ntwo', 'one'],
    ['\ntwo', ''],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), `${'x'.repeat(80)}…`],
    ['😀'.repeat(81), `${'😀'.repeat(80)}…`],
  ])('of %j', (text, line) => {
    expect(firstLine(text)).toBe(line);
  });
});

describe('what an answer is about', () => {
  const noonUs = Date.UTC(2026, 0, 31, 12) * 1000 + 5;
  const invocations = [buildInvocation(), buildInvocation()];

  test.each<[Partial<InvocationQuery>, string]>([
    [{}, 'all time: 2 of 41,233, as of 50000'],
    [{ sinceUs: noonUs }, 'since 2026-01-31T12:00:00Z: 2 of 41,233, as of 50000'],
    [{ untilUs: noonUs }, 'until 2026-01-31T12:00:00Z: 2 of 41,233, as of 50000'],
    [
      { sinceUs: 0, untilUs: noonUs },
      'since 1970-01-01T00:00:00Z until 2026-01-31T12:00:00Z: 2 of 41,233, as of 50000',
    ],
    [{ offset: 12_345 }, 'all time: 2 of 41,233 after 12,345, as of 50000'],
  ])('%j is %s', (given, text) => {
    const query = buildInvocationQuery(given);
    const page = encodePage({ total: 41_233, invocations, asOf: 50_000 }, query, 0);
    expect(windowText(page, query)).toBe(text);
  });
});
