import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CapturedLog } from './captured-log.ts';

describe('the log of a run', () => {
  test('has the lines in their order', () => {
    const log = new CapturedLog(100);
    log.add('one');
    log.add('two\nthree');
    expect(log.text).toBe('one\ntwo\nthree\n');
    expect(log.cutBytes).toBe(0);
  });

  test('stays within its bound, is whole up to the cut, and counts the rest', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(fc.array(line), fc.nat(60), (lines, bytesMax) => {
        const log = new CapturedLog(bytesMax);
        for (const each of lines) {
          log.add(each);
        }
        const whole = lines.map((each) => `${each}\n`).join('');
        expect(whole.startsWith(log.text)).toBe(true);
        expect(Buffer.byteLength(log.text)).toBeLessThanOrEqual(bytesMax);
        expect(Buffer.byteLength(log.text) + log.cutBytes).toBe(Buffer.byteLength(whole));
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes nothing once the run is over', () => {
    const log = new CapturedLog(100);
    log.add('during');
    log.close();
    log.add('after');
    expect(log.text).toBe('during\n');
    expect(log.cutBytes).toBe(0);
  });
});
