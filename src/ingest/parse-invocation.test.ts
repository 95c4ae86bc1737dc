import { describe, expect, test } from 'vitest';
import { parseInvocation } from './parse-invocation.ts';

const options = { logBytesMax: 1_000 };
const least = { functionName: 'f', requestId: 'r', startTime: '2026-01-31T12:00:00Z' };
const NOON_US = Date.UTC(2026, 0, 31, 12) * 1000;

function recordOf(value: unknown, given = options) {
  const parsed = parseInvocation(value, given);
  if (!parsed.ok) {
    throw new Error(`rejected: ${parsed.reason.field} ${parsed.reason.reason}`);
  }
  return parsed.invocation;
}

function reasonOf(value: unknown) {
  const parsed = parseInvocation(value, options);
  return parsed.ok ? undefined : parsed.reason;
}

describe('a record', () => {
  test('needs three fields and has a default for every other', () => {
    expect(recordOf(least)).toEqual({
      namespace: 'default',
      functionName: 'f',
      qualifier: '$LATEST',
      requestId: 'r',
      retryNum: 0,
      startTimeUs: NOON_US,
      durationUs: 0,
      billDurationMs: 0,
      memUsageBytes: 0,
      memoryLimitBytes: 0,
      timeLimitMs: 0,
      initDurationUs: null,
      retCode: 0,
      statusCode: 200,
      invokeFinished: true,
      retMsg: '',
      log: '',
      logCutBytes: 0,
      traceId: '',
      source: '',
      extra: {},
    });
  });

  test('keeps what every field says', () => {
    const whole = recordOf({
      ...least,
      namespace: 'prod',
      qualifier: '3',
      retryNum: 2,
      duration: 12.3456,
      billDuration: 13,
      memUsage: 1_024,
      memoryLimit: 2_048,
      initDuration: 0,
      retCode: 1,
      statusCode: 434,
      invokeFinished: 1,
      retMsg: 'no',
      log: 'line',
      logCutBytes: 9,
      traceId: 't',
      source: 's',
    });
    expect(whole).toMatchObject({
      namespace: 'prod',
      qualifier: '3',
      retryNum: 2,
      durationUs: 12_346,
      billDurationMs: 13,
      memUsageBytes: 1_024,
      memoryLimitBytes: 2_048,
      initDurationUs: 0,
      retCode: 1,
      statusCode: 434,
      invokeFinished: true,
      retMsg: 'no',
      log: 'line',
      logCutBytes: 9,
      traceId: 't',
      source: 's',
      extra: {},
    });
  });

  test('is billed by the hundred milliseconds where it does not say', () => {
    expect(recordOf({ ...least, duration: 100.001 }).billDurationMs).toBe(200);
  });

  test.each([
    ['neither', {}, 0, 200, true],
    ['a return code of 2', { retCode: 2 }, 2, 0, false],
    ['invokeFinished 0', { invokeFinished: 0 }, 2, 0, false],
    ['invokeFinished false', { invokeFinished: false }, 2, 0, false],
    ['invokeFinished true', { invokeFinished: true }, 0, 200, true],
    ['a failure', { retCode: 1 }, 1, 430, true],
    ['a failure and invokeFinished 0', { retCode: 1, invokeFinished: 0 }, 1, 430, false],
  ])('with %s has an outcome', (_what, given, retCode, statusCode, invokeFinished) => {
    expect(recordOf({ ...least, ...given })).toMatchObject({ retCode, statusCode, invokeFinished });
  });

  test.each([
    ['milliseconds', NOON_US / 1000, NOON_US],
    ['milliseconds with a fraction', NOON_US / 1000 + 0.125, NOON_US + 125],
    ['text with an offset', '2026-01-31T20:00:00.000001+08:00', NOON_US + 1],
  ])('takes a start as %s', (_what, startTime, us) => {
    expect(recordOf({ ...least, startTime }).startTimeUs).toBe(us);
  });

  test('takes null for a field left out', () => {
    const nulls = { namespace: null, duration: null, retCode: null, invokeFinished: null };
    expect(recordOf({ ...least, ...nulls })).toEqual(recordOf(least));
  });
});

describe('a long log', () => {
  test('is cut between two characters and says by how much', () => {
    const record = recordOf({ ...least, log: '文'.repeat(500) });
    expect(record.log).toBe('文'.repeat(333));
    expect(record.logCutBytes).toBe(501);
  });

  test('that was cut before adds up', () => {
    const record = recordOf({ ...least, log: 'abcdef', logCutBytes: 10 }, { logBytesMax: 4 });
    expect(record).toMatchObject({ log: 'abcd', logCutBytes: 12 });
  });
});

describe('text that has no UTF-8', () => {
  test('gets replacement characters, wherever it stands', () => {
    const half = '\ud800';
    const record = recordOf({ ...least, log: `a${half}b`, other: { deep: [`x${half}`] } });
    expect(record.log).toBe('a\ufffdb');
    expect(record.extra).toEqual({ other: { deep: ['x\ufffd'] } });
  });
});

describe('unknown fields', () => {
  test('are kept as they came, nulls included', () => {
    const extra = { tags: ['a', 1, null], 'a.b': { c: 0 }, nothing: null };
    expect(recordOf({ ...least, ...extra }).extra).toEqual(extra);
  });

  test('of names that objects have by themselves are fields like any other', () => {
    const value: unknown = JSON.parse(
      '{"functionName":"f","requestId":"r","startTime":0,"__proto__":{"a":1},"toString":"x"}',
    );
    const { extra } = recordOf(value);
    expect(Object.keys(extra).sort()).toEqual(['__proto__', 'toString']);
    expect(JSON.stringify(extra)).toBe('{"__proto__":{"a":1},"toString":"x"}');
  });

  test('of prototypes are not taken for given ones', () => {
    const value = Object.assign(Object.create({ namespace: 'inherited' }), least);
    expect(recordOf(value).namespace).toBe('default');
  });

  test('may be nested a hundred levels deep and no deeper', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(recordOf({ ...least, deep: nested(100) }).extra).toEqual({ deep: nested(100) });
    const tooDeep = { field: 'deep', reason: 'is nested over 100 levels deep' };
    expect(reasonOf({ ...least, deep: nested(101) })).toEqual(tooDeep);
    expect(reasonOf({ ...least, deep: nested(200_000) })).toEqual(tooDeep);
  });
});

describe('a rejection', () => {
  test.each([
    ['functionName', undefined],
    ['functionName', ''],
    ['functionName', 5],
    ['functionName', 'x'.repeat(257)],
    ['requestId', null],
    ['requestId', {}],
    ['startTime', undefined],
    ['startTime', '2026-01-31 12:00:00'],
    ['startTime', -1],
    ['startTime', Date.UTC(2200, 0, 1)],
    ['startTime', true],
    ['namespace', ''],
    ['qualifier', 1],
    ['retryNum', -1],
    ['retryNum', 1.5],
    ['retryNum', '1'],
    ['duration', -0.001],
    ['duration', '12'],
    ['duration', 1e300],
    ['billDuration', 1.5],
    ['memUsage', 2 ** 53],
    ['memoryLimit', -1],
    ['initDuration', 'cold'],
    ['retCode', 2 ** 31],
    ['statusCode', 'ok'],
    ['invokeFinished', 2],
    ['invokeFinished', 'true'],
    ['retMsg', { a: 1 }],
    ['log', ['a']],
    ['logCutBytes', -1],
    ['traceId', 1],
    ['source', false],
  ])('names %s where it is %j', (field, value) => {
    const reason = reasonOf({ ...least, [field]: value });
    expect(reason?.field).toBe(field);
    expect(reason?.reason).toMatch(/^(?:must|is) /);
  });

  test('shows the value, cut where it is long', () => {
    expect(reasonOf({ ...least, retryNum: 'x'.repeat(500) })?.reason).toBe(
      `must be a whole number from 0 to 2147483647, not "${'x'.repeat(64)}…"`,
    );
  });

  test.each([
    ['null', null],
    ['an array', [least]],
    ['a text', 'text'],
    ['a number', 5],
    ['arrays in arrays without end', JSON.parse('['.repeat(50_000) + ']'.repeat(50_000))],
  ])('of the whole record where it is %s', (_what, value) => {
    expect(reasonOf(value)).toMatchObject({
      field: '',
      reason: expect.stringContaining('must be a JSON object'),
    });
  });
});
