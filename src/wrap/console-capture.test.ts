import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CapturedLog } from './captured-log.ts';
import { ConsoleCapture, type ConsoleTarget } from './console-capture.ts';

/** A console that remembers what it was told. */
function quietConsole() {
  const calls: unknown[][] = [];
  const writer =
    (method: string) =>
    (...values: unknown[]) => {
      calls.push([method, ...values]);
    };
  const target: ConsoleTarget = {
    debug: writer('debug'),
    error: writer('error'),
    info: writer('info'),
    log: writer('log'),
    warn: writer('warn'),
  };
  return { target, calls };
}

function started(target: ConsoleTarget) {
  const faults: number[] = [];
  const capture = new ConsoleCapture(target, () => faults.push(1));
  capture.start();
  return { capture, faults };
}

describe('what a run writes to the console', () => {
  test('is its log, and reaches the console unchanged', () => {
    const { target, calls } = quietConsole();
    const { capture } = started(target);
    const log = new CapturedLog(1_000);
    const shown = { a: 1 };
    capture.run(log, () => {
      target.log('%s has %d', 'x', 2, shown);
      target.warn('careful');
    });
    target.info('nobody runs');
    expect(log.text).toBe('x has 2 { a: 1 }\ncareful\n');
    expect(calls).toEqual([
      ['log', '%s has %d', 'x', 2, shown],
      ['warn', 'careful'],
      ['info', 'nobody runs'],
    ]);
  });

  test('is told apart from what others write at the same time', async () => {
    const { target } = quietConsole();
    const { capture } = started(target);
    const logs = Array.from({ length: 20 }, () => new CapturedLog(1_000));
    await Promise.all(
      logs.map((log, index) =>
        capture.run(log, async () => {
          target.log(`${index} begins`);
          await wait(index % 3);
          target.error(`${index} ends`);
        }),
      ),
    );
    expect(logs.map((log) => log.text)).toEqual(
      logs.map((_, index) => `${index} begins\n${index} ends\n`),
    );
  });

  test('is noted once where one method calls another', () => {
    const { target } = quietConsole();
    target.info = (...values) => target.log(...values);
    const { capture } = started(target);
    const log = new CapturedLog(1_000);
    capture.run(log, () => target.info('once'));
    expect(log.text).toBe('once\n');
  });

  test('may be a value that cannot be shown, which the console then deals with', () => {
    const { target, calls } = quietConsole();
    const { capture, faults } = started(target);
    const broken = {
      toString() {
        throw new Error('no text');
      },
    };
    capture.run(new CapturedLog(1_000), () => target.log('%s', broken));
    expect(calls).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });
});

describe('a capture that ends', () => {
  test('gives the console back', () => {
    const { target } = quietConsole();
    const before = { ...target };
    const { capture } = started(target);
    expect(target.log).not.toBe(before.log);
    capture.stop();
    expect(target).toEqual(before);
  });

  test('leaves alone what somebody has put before it', () => {
    const { target, calls } = quietConsole();
    const { capture } = started(target);
    const ours = target.log;
    const theirs = (...values: unknown[]) => ours('theirs', ...values);
    target.log = theirs;
    capture.stop();
    expect(target.log).toBe(theirs);
    target.log('x');
    expect(calls).toEqual([['log', 'theirs', 'x']]);
  });

  test('says so where the console cannot be changed', () => {
    const { target } = quietConsole();
    const { faults } = started(Object.freeze(target));
    expect(faults).toHaveLength(5);
  });
});
