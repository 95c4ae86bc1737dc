import { expect, test } from 'vitest';
import { highlighted, logLines, pretty, shown } from './log-lines.ts';

test('lines are told apart by what they are', () => {
  const log = [
    'START RequestId: 1',
    'plain \u001b[31mred\u001b[0m',
    'Error: upstream answered 503',
    '{"level":"info","n":1}',
    'END RequestId: 1',
    '',
  ].join('\r\n');
  expect(logLines(log).map(({ kind, text }) => [kind, text])).toEqual([
    ['platform', 'START RequestId: 1'],
    ['plain', 'plain red'],
    ['error', 'Error: upstream answered 503'],
    ['json', '{"level":"info","n":1}'],
    ['platform', 'END RequestId: 1'],
  ]);
  expect(logLines(log)[3]?.value).toEqual({ level: 'info', n: 1 });
});

test('what moves a terminal, or turns the writing round, is taken out or shown', () => {
  expect(shown('\u001b]0;title\u0007a\u001b[2Jb\u0000\u202e\u0085')).toBe('ab␀\\u202e\\u0085');
  expect(shown('tab\there 🎉 ‏')).toBe('tab\there 🎉 ‏');
});

test('a return value of JSON is laid out, any other stays', () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(pretty('{"a":')).toBe('{"a":');
});

test('hits are every second part, whatever their letters', () => {
  expect(highlighted('Abcabc', 'AB')).toEqual(['', 'Ab', 'c', 'ab', 'c']);
  expect(highlighted('İx', 'x')).toEqual(['İ', 'x', '']);
  expect(highlighted('abc', '')).toEqual(['abc']);
});
