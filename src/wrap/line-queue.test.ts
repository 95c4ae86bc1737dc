import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineQueue, ndjsonOf } from './line-queue.ts';

function texts(queue: LineQueue): string[] {
  const batch = queue.take();
  return batch === undefined ? [] : batch.lines.map(({ text }) => text);
}

describe('lines that wait', () => {
  test('come out oldest first, as NDJSON', () => {
    const queue = new LineQueue({ recordsMax: 10, bytesMax: 1_000 });
    queue.add('1');
    queue.add('2');
    const batch = queue.take();
    expect(batch && ndjsonOf(batch)).toBe('1\n2\n');
    expect(queue.take()).toBeUndefined();
  });

  test('come out in batches of a thousand, or of half a MiB', () => {
    const many = new LineQueue({ recordsMax: 5_000, bytesMax: 1e9 });
    for (let at = 0; at < 2_500; at += 1) {
      many.add(String(at));
    }
    expect([texts(many).length, texts(many).length, texts(many).length]).toEqual([
      1_000, 1_000, 500,
    ]);
    const long = new LineQueue({ recordsMax: 5_000, bytesMax: 1e9 });
    for (let at = 0; at < 3; at += 1) {
      long.add('x'.repeat(300 * 1024));
    }
    long.add('x'.repeat(700 * 1024));
    expect([1, 2, 3, 4, 5].map(() => texts(long).length)).toEqual([1, 1, 1, 1, 0]);
  });

  test('over the bound of records lose the oldest, and say how many', () => {
    const queue = new LineQueue({ recordsMax: 3, bytesMax: 1_000 });
    expect(['a', 'b', 'c', 'd', 'e'].map((text) => queue.add(text))).toEqual([0, 0, 0, 1, 1]);
    expect(texts(queue)).toEqual(['c', 'd', 'e']);
  });

  test('that come back stand before the others, and count for the bound', () => {
    const queue = new LineQueue({ recordsMax: 3, bytesMax: 1_000 });
    queue.add('a');
    queue.add('b');
    const batch = queue.take();
    queue.add('c');
    queue.add('d');
    expect(batch && queue.putBack(batch)).toBe(1);
    expect(texts(queue)).toEqual(['b', 'c', 'd']);
  });

  test('never are more than the bounds, and never get lost unsaid', () => {
    const step = fc.oneof(fc.nat(30), fc.constant('take'), fc.constant('back'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new LineQueue({ recordsMax: 5, bytesMax: 80 });
        let added = 0;
        let gone = 0;
        let held: ReturnType<typeof queue.take>;
        for (const each of steps) {
          if (typeof each === 'number') {
            added += 1;
            gone += queue.add('x'.repeat(each));
          } else if (each === 'take') {
            gone += held?.lines.length ?? 0;
            held = queue.take();
          } else if (held !== undefined) {
            gone += queue.putBack(held);
            held = undefined;
          }
          expect(queue.records).toBeLessThanOrEqual(5);
          expect(queue.records + gone + (held?.lines.length ?? 0)).toBe(added);
        }
      }),
    );
  });
});
