import fc from 'fast-check';
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
  expect(logLines(log).map(({ isJson }) => isJson)).toEqual([false, false, false, true, false]);
});

test('what moves a terminal, or turns the writing round, is taken out or shown', () => {
  expect(shown('\u001b]0;title\u0007a\u001b[2Jb\u0000\u202e\u0085')).toBe('ab␀\\u202e\\u0085');
  expect(shown('tab\there 🎉 ‏')).toBe('tab\there 🎉 ‏');
});

test('a return value of JSON is laid out, any other stays', () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(pretty('{"a":')).toBe('{"a":');
  expect(pretty('{"a":{},"b":[ ],"c":[[],{"d":null}]}')).toBe(
    '{\n  "a": {},\n  "b": [],\n  "c": [\n    [],\n    {\n      "d": null\n    }\n  ]\n}',
  );
});

test('laid out JSON holds what was written, digit by digit and key by key', () => {
  const written =
    '{"id":12345678901234567890,"n":1.10,"a":1,"a":2,"t":"\\u001b[31m\\u202e{\\"x\\":[1]}"}';
  const laid = pretty(written);
  expect(laid.split('\n')).toEqual([
    '{',
    '  "id": 12345678901234567890,',
    '  "n": 1.10,',
    '  "a": 1,',
    '  "a": 2,',
    '  "t": "\\u001b[31m\\u202e{\\"x\\":[1]}"',
    '}',
  ]);
});

test('a line of brackets stays of a size', () => {
  const deep = '['.repeat(90_000) + ']'.repeat(90_000);
  expect(pretty(deep).length).toBeLessThan(20_000_000);
});

test('laid out JSON means the same', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text) as unknown;
      fc.pre(typeof value === 'object' && value !== null && shown(text) === text);
      expect(pretty(text)).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('hits are every second part, whatever their letters', () => {
  expect(highlighted('Abcabc', 'AB')).toEqual(['', 'Ab', 'c', 'ab', 'c']);
  expect(highlighted('İx', 'x')).toEqual(['İ', 'x', '']);
  expect(highlighted('abc', '')).toEqual(['abc']);
});
