import { expect, test } from 'vitest';
import { printable } from './printable.ts';
import { snippetLines } from './snippet-text.ts';

test.each([
  ['plain\ttext\nof 函数 🙂', 'plain\ttext\nof 函数 🙂'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['a\rb\u0007\u0000\u007f\u009b', 'a\\x0db\\x07\\x00\\x7f\\x9b'],
  ['\u202etxt.exe\u2066', '\\u202etxt.exe\\u2066'],
])('%j is printed as %j', (given, expected) => {
  expect(printable(given)).toBe(expected);
});

test('snippets are lines, with their hits in colour where there are colours', () => {
  const snippets = [
    {
      field: 'log' as const,
      text: 'an \u001b error\n of 42',
      hits: [
        [5, 10],
        [15, 17],
      ] as const,
    },
  ];
  expect(snippetLines(snippets, false)).toEqual(['  log: an \\x1b error ⏎ of 42']);
  expect(snippetLines(snippets, true)).toEqual([
    '  log: an \\x1b \u001b[33merror\u001b[39m ⏎ of \u001b[33m42\u001b[39m',
  ]);
});
