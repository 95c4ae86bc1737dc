// The log of a run is cut out of one stream by tokens, and bounded in memory.

import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LogPipe } from './log-pipe.ts';
import { RUN_LOG_BYTES_MAX, RunLog } from './run-log.ts';

describe('LogPipe', () => {
  test('takes what stands between two tokens, wherever the chunks break', async () => {
    const text = 'noise<t>one\ntwo<t>late';
    for (let at = 0; at <= text.length; at += 1) {
      const stream = new PassThrough();
      const pipe = new LogPipe(stream);
      const log = new RunLog();
      const part = pipe.capture({ token: '<t>', into: log, begun: false });
      stream.write(text.slice(0, at));
      await turn();
      stream.write(text.slice(at));
      await part.whole;
      expect(log.text()).toBe('one\ntwo');
    }
  });

  test('the first part begins with the stream', async () => {
    const stream = new PassThrough();
    const log = new RunLog();
    const part = new LogPipe(stream).capture({ token: '<t>', into: log, begun: true });
    stream.write('warning<t>');
    await part.whole;
    expect(log.text()).toBe('warning');
  });

  test('what comes between two parts belongs to neither', async () => {
    const stream = new PassThrough();
    const pipe = new LogPipe(stream);
    const first = new RunLog();
    const second = new RunLog();
    const partOne = pipe.capture({ token: '<1>', into: first, begun: false });
    stream.write('<1>a<1>background');
    await partOne.whole;
    const partTwo = pipe.capture({ token: '<2>', into: second, begun: false });
    expect(partTwo.hasBegun()).toBe(false);
    stream.write(' work<2>b<2>');
    await partTwo.whole;
    expect(partTwo.hasBegun()).toBe(true);
    expect([first.text(), second.text()]).toEqual(['a', 'b']);
  });

  test('the end of the stream ends the part, with all that came', async () => {
    const stream = new PassThrough();
    const pipe = new LogPipe(stream);
    const log = new RunLog();
    const part = pipe.capture({ token: '<token>', into: log, begun: false });
    stream.end('<token>last words<tok');
    await part.whole;
    expect(log.text()).toBe('last words<tok');
    await pipe.capture({ token: '<token>', into: log, begun: false }).whole;
  });
});

describe('RunLog', () => {
  test('keeps a log up to the bound whole', () => {
    const log = new RunLog();
    for (let i = 0; i < 4; i += 1) {
      log.append(Buffer.alloc(RUN_LOG_BYTES_MAX / 4, 'a'));
    }
    expect(log.text()).toHaveLength(RUN_LOG_BYTES_MAX);
    expect(log.cutBytes).toBe(0);
  });

  test('keeps the beginning and the end of a longer one, and says what is missing', () => {
    const log = new RunLog();
    log.append(Buffer.from('first'));
    for (let i = 0; i < 9; i += 1) {
      log.append(Buffer.alloc(1024 * 1024, 'x'));
    }
    log.append(Buffer.from('last'));
    expect(log.cutBytes).toBe(5 * 1024 * 1024 + 9);
    expect(log.text()).toMatch(/^first/);
    expect(log.text()).toContain(`\n[fnlog: ${log.cutBytes} bytes of log cut here]\n`);
    expect(log.text()).toMatch(/last$/);
    expect(log.endHolds('xlast')).toBe(true);
    expect(log.endHolds('first')).toBe(false);
  });
});
