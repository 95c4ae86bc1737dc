import { expect, test } from 'vitest';
import { FollowReport, statusText } from './follow-report.ts';

const status = { files: 3, accepted: 12_345, known: 0, rejected: 0, behindMs: 1_234 };

test('the status is one line', () => {
  expect(statusText(status)).toBe('followed 3 files: 12,345 new, 0 rejected, 1.2 s behind');
  expect(statusText({ ...status, files: 1, known: 7 })).toBe(
    'followed 1 file: 12,345 new, 7 there already, 0 rejected, 1.2 s behind',
  );
});

test.each([
  [true, '\r\u001b[K'],
  [false, ''],
])('on a terminal (%s) what is told takes the place of the status', (isTTY, wipe) => {
  let written = '';
  const stream = {
    isTTY,
    write: (text: string) => {
      written += text;
    },
  };
  const report = new FollowReport(stream, () => status);
  report.start();
  report.note('waiting');
  report.stop();
  expect(written).toBe(`${wipe}fnlog: waiting\n${wipe}${statusText(status)}\n`);
});
