import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { someFragments, someHistory } from '../../test/support/draw-fragments.ts';
import { join, joinAll, logBytesMax } from '../../test/support/join-all.ts';
import type { Invocation } from '../domain/invocation.ts';
import { joinFragments } from './join-fragments.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);

describe('the same fragments', () => {
  test('make the same record in any order and number of requests, however often they come', () => {
    const bounds = fc.constantFrom(logBytesMax, 1, 7, 20, 60);
    const whole = fc.constantFrom(
      undefined,
      buildInvocation({ log: 'é one\nand two', retCode: 2, invokeFinished: false, statusCode: 0 }),
      buildInvocation({ log: '', durationUs: 0, retMsg: '', memUsageBytes: 0, logCutBytes: 3 }),
    );
    fc.assert(
      fc.property(someHistory, bounds, whole, ([fragments, history], bytesMax, stored) => {
        const options = { logBytesMax: bytesMax };
        const atOnce = joinAll([fragments], options, stored);
        expect(joinAll(history, options, stored).record).toEqual(atOnce.record);
        const again = joinAll(history, options, atOnce.record);
        expect(again.record).toEqual(atOnce.record);
        expect(again.news).not.toContain(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('are news as long as they change the record', () => {
    fc.assert(
      fc.property(someHistory, ([, history]) => {
        let known: Invocation | undefined;
        for (const fragments of history) {
          const { invocation, news } = joinFragments(known, fragments, { logBytesMax });
          expect(news).toHaveLength(fragments.length);
          if (news.includes(true)) {
            expect(invocation).not.toEqual(known);
          } else {
            expect(invocation).toBe(known);
          }
          known = invocation;
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('make numbers that the store takes', () => {
    fc.assert(
      fc.property(someFragments, (fragments) => {
        const { retCode, initDurationUs, ...record } = join(...fragments);
        expect(Math.abs(retCode)).toBeLessThan(2 ** 31);
        const numbers = Object.values({ ...record, initDurationUs: initDurationUs ?? 0 });
        for (const value of numbers.filter((one) => typeof one === 'number')) {
          expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
