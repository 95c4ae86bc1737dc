import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import type { Invocation } from '../../domain/invocation.ts';
import { buildInvocationQuery } from '../../domain/invocation-query.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { parseInvocation } from '../../ingest/parse-invocation.ts';
import { encodeInvocation, rfc3339 } from './encode-invocation.ts';
import { encodePage } from './encode-page.ts';
import { encodeCursor } from './page-cursor.ts';

describe('a record on the wire', () => {
  test('has its times in milliseconds and its start in UTC to the microsecond', () => {
    const record = buildInvocation({
      startTimeUs: Date.UTC(2026, 0, 31, 12) * 1000 + 42,
      durationUs: 1_234_567,
      initDurationUs: 500,
    });
    expect(encodeInvocation(record)).toMatchObject({
      startTime: '2026-01-31T12:00:00.000042Z',
      duration: 1_234.567,
      initDuration: 0.5,
      billDuration: 100,
      invokeFinished: 1,
    });
  });

  test('has initDuration on a cold start only, logCutBytes on a cut log only', () => {
    const names = Object.keys(encodeInvocation(buildInvocation()));
    expect(names).not.toContain('initDuration');
    expect(names).not.toContain('logCutBytes');
    expect(encodeInvocation(buildInvocation({ initDurationUs: 0, logCutBytes: 3 }))).toMatchObject({
      initDuration: 0,
      logCutBytes: 3,
    });
  });

  test('says of a run without an end whether it is lost, and when it was last heard of', () => {
    const running = { retCode: 2, statusCode: 0, invokeFinished: false } as const;
    const names = Object.keys(encodeInvocation(buildInvocation()));
    expect(names).not.toContain('runStatus');
    expect(names).not.toContain('lastHeard');
    expect(encodeInvocation(buildInvocation(running))).toMatchObject({ runStatus: 'running' });
    const heardTimeMs = Date.UTC(2026, 0, 31, 12);
    expect(
      encodeInvocation(buildInvocation({ ...running, lost: true, heardTimeMs })),
    ).toMatchObject({ runStatus: 'lost', lastHeard: '2026-01-31T12:00:00.000000Z' });
  });

  test('has unknown fields beside the known, which no unknown field replaces', () => {
    const record = buildInvocation({ requestId: 'r', extra: { region: 'a', requestId: 'other' } });
    expect(encodeInvocation(record)).toMatchObject({ region: 'a', requestId: 'r' });
  });

  test('stands in a page with the total', () => {
    const invocations = [buildInvocation({ requestId: 'r' })];
    const query = buildInvocationQuery({});
    const page = { total: 7, invocations, asOf: 9 };
    const encoded = {
      total: 7,
      asOf: 9,
      invocations: [expect.objectContaining({ requestId: 'r' })],
    };
    expect(encodePage(page, query, 0)).toEqual(encoded);
    const next = { key: 5, startTimeUs: 5, seq: 8 };
    expect(encodePage({ ...page, next }, query, 0)).toEqual({
      ...encoded,
      nextCursor: encodeCursor(query, 9, next),
    });
  });

  test.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [999_999, '1970-01-01T00:00:00.999999Z'],
    [TIME_US_MAX - 1, '2199-12-31T23:59:59.999999Z'],
  ])('has %i µs as %s', (us, text) => {
    expect(rfc3339(us)).toBe(text);
  });
});

describe('a record printed and ingested again', () => {
  const text = fc.string({ unit: 'binary' }).map((one) => one.toWellFormed());
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const size = fc.nat(Number.MAX_SAFE_INTEGER);
  const durationUs = fc.nat(366 * 86_400 * 1_000_000);
  const whole = buildInvocation({ initDurationUs: 0, retCode: 2, heardTimeMs: 0 });
  const known = new Set(Object.keys(encodeInvocation(whole)));
  const extra = fc
    .dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 })
    .filter((fields) => Object.keys(fields).every((field) => !known.has(field)))
    .map((fields) => JSON.parse(JSON.stringify(fields)) as Record<string, unknown>);
  const invocation: fc.Arbitrary<Invocation> = fc.record({
    namespace: name,
    functionName: name,
    qualifier: name,
    requestId: name,
    retryNum: fc.nat(2 ** 31 - 1),
    startTimeUs: fc.nat(TIME_US_MAX - 1),
    durationUs,
    billDurationMs: fc.nat(366 * 86_400 * 1_000),
    memUsageBytes: size,
    memoryLimitBytes: size,
    initDurationUs: fc.option(durationUs),
    retCode: fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
    statusCode: fc.nat(2 ** 31 - 1),
    invokeFinished: fc.boolean(),
    retMsg: text,
    log: text,
    logCutBytes: size,
    timeLimitMs: fc.nat(366 * 86_400 * 1_000),
    traceId: text,
    source: text,
    extra,
  });

  test('is the same record, and keeps nothing of what answers add to it', () => {
    const running = buildInvocation({ retCode: 2, statusCode: 0, invokeFinished: false });
    const answered = encodeInvocation({ ...running, lost: true, heardTimeMs: 1 });
    expect(parseInvocation(answered, { logBytesMax: 2 ** 20 })).toEqual({
      ok: true,
      invocation: running,
      cutBytes: 0,
    });
  });

  test('is the same record', () => {
    fc.assert(
      fc.property(invocation, (record) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodeInvocation(record)));
        expect(parseInvocation(wire, { logBytesMax: 2 ** 20 })).toEqual({
          ok: true,
          invocation: record,
          cutBytes: 0,
        });
      }),
      { numRuns: 300 },
    );
  });
});
