import { describe, expect, test } from 'vitest';
import { buildFragment, T0_US } from '../../test/support/build-fragment.ts';
import { join, joinAll, joinFacts } from '../../test/support/join-all.ts';
import type { RunFacts } from '../domain/fragment.ts';
import type { Invocation } from '../domain/invocation.ts';
import { joinFragments } from './join-fragments.ts';

describe('facts', () => {
  test('of a run that only began', () => {
    const { joinState: _, ...record } = joinFacts({ startTimeUs: T0_US + 5 });
    expect(record).toEqual({
      namespace: 'default',
      functionName: 'hello',
      qualifier: '$LATEST',
      requestId: 'request-1',
      retryNum: 0,
      startTimeUs: T0_US + 5,
      durationUs: 0,
      billDurationMs: 0,
      memUsageBytes: 0,
      memoryLimitBytes: 0,
      timeLimitMs: 0,
      initDurationUs: null,
      retCode: 2,
      statusCode: 0,
      invokeFinished: false,
      retMsg: '',
      log: '',
      logCutBytes: 0,
      traceId: '',
      source: 'test',
      extra: {},
    });
  });

  const end = { invokeFinished: true } as const;
  test.each<[string, RunFacts[], Partial<Invocation>]>([
    ['an end goes well', [end], { retCode: 0, statusCode: 200, invokeFinished: true }],
    ['a failure beats it', [end, { retCode: 1 }], { retCode: 1, statusCode: 430 }],
    ['an end after a failure', [{ retCode: 3 }, end], { retCode: 3, invokeFinished: true }],
    ['success beats a run that goes on', [{ retCode: 0 }, { retCode: 2 }], { retCode: 0 }],
    [
      'of two failures the larger status counts',
      [
        { retCode: 9, statusCode: 433 },
        { retCode: 1, statusCode: 434 },
      ],
      { retCode: 1, statusCode: 434 },
    ],
    [
      'a status that is given beats one that follows from the code',
      [{ retCode: 9 }, { retCode: 1, statusCode: 403 }],
      { retCode: 1, statusCode: 403 },
    ],
    [
      'a status of success does not count for a failure',
      [{ ...end, statusCode: 204 }, { retCode: 1 }],
      { retCode: 1, statusCode: 430 },
    ],
    ['a given qualifier', [{ qualifier: '3' }, { qualifier: '$LATEST' }], { qualifier: '3' }],
    ['the longer text', [{ retMsg: 'bb' }, { retMsg: 'a' }], { retMsg: 'bb' }],
    ['the text that sorts last', [{ traceId: 'b' }, { traceId: 'a' }], { traceId: 'b' }],
    ['the larger duration', [{ durationUs: 7 }, { durationUs: 5 }], { durationUs: 7 }],
    [
      'a duration by the end',
      [{ startTimeUs: T0_US }, { ...end, endTimeUs: T0_US + 150_000 }],
      { durationUs: 150_000, billDurationMs: 200 },
    ],
    [
      'no duration before the end',
      [{ startTimeUs: T0_US }, { endTimeUs: T0_US + 150_000 }],
      { durationUs: 0, billDurationMs: 0 },
    ],
    [
      'a start by end and duration',
      [{ ...end, endTimeUs: T0_US + 500 }, { durationUs: 900 }],
      { startTimeUs: T0_US - 400, durationUs: 900 },
    ],
    [
      'the earliest start that was given',
      [{ startTimeUs: T0_US + 9 }, { startTimeUs: T0_US + 7 }],
      { startTimeUs: T0_US + 7 },
    ],
    [
      'fields by name, of two values the longer',
      [{ extra: { a: 1, b: [1] } }, { extra: { a: 22, c: null } }],
      { extra: { a: 22, b: [1], c: null } },
    ],
  ])('%s', (_what, facts, expected) => {
    expect(joinFacts(...facts)).toMatchObject(expected);
    expect(joinFacts(...[...facts].reverse())).toMatchObject(expected);
  });

  test('a start that nobody gave is the earliest time, of a line too', () => {
    const told = buildFragment({ lines: [{ timeUs: T0_US - 8, text: 'x' }] });
    expect(join(told).startTimeUs).toBe(T0_US - 8);
    const given = buildFragment({ facts: { startTimeUs: T0_US + 1 } });
    expect(join(told, given).startTimeUs).toBe(T0_US + 1);
  });

  test('that can change nothing any more are no news', () => {
    const start = buildFragment({ facts: { startTimeUs: T0_US } });
    const earlier = buildFragment({ timeUs: T0_US - 5 });
    const told = buildFragment({ facts: { invokeFinished: true, durationUs: 5 } });
    const later = buildFragment({ timeUs: T0_US + 9, facts: { endTimeUs: T0_US + 9 } });
    expect(joinAll([[start, earlier, told, later]]).news).toEqual([true, false, true, false]);
    expect(joinAll([[earlier, later, start]]).news).toEqual([true, true, true]);
  });

  test('the stream is a field, the source the first by name', () => {
    const told = ['b', 'a', ''].map((source) => buildFragment({ source, stream: `s-${source}` }));
    expect(join(...told)).toMatchObject({ source: 'a', extra: { logStream: 's-b' } });
  });

  test('a long return value is cut', () => {
    const told = buildFragment({ facts: { retMsg: 'é'.repeat(10) } });
    const { invocation } = joinFragments(undefined, [told], { logBytesMax: 5 });
    expect(invocation.retMsg).toBe('éé');
  });

  test('fields of a run are bounded, whatever order they come in', () => {
    const told = Array.from({ length: 300 }, (_, at) =>
      buildFragment({ facts: { extra: { [`f${String(at).padStart(4, '0')}`]: at } } }),
    );
    const { extra } = join(...told);
    expect(Object.keys(extra)).toHaveLength(256);
    expect(join(...told.reverse()).extra).toEqual(extra);
    const atOnce = Object.assign({}, ...told.map(({ facts }) => facts.extra));
    expect(joinFacts({ extra: atOnce }).extra).toEqual(extra);
  });

  test('values of a field are bounded', () => {
    const extra = { text: 'é'.repeat(20_000), list: new Array(20_000).fill(1), short: 'x' };
    const joined = joinFacts({ extra }).extra;
    expect(joined).toEqual({
      text: 'é'.repeat(16_384),
      list: JSON.stringify(extra.list).slice(0, 32_768),
      short: 'x',
    });
    const again = joinAll([[buildFragment({ facts: { extra } })]], undefined, joinFacts({ extra }));
    expect(again.news).toEqual([false]);
  });
});
