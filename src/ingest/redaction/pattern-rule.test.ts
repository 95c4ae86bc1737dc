import { expect, test } from 'vitest';
import type { PatternRule } from '../../domain/redaction-rule.ts';
import { buildPatternRule } from './pattern-rule.ts';
import { redactText } from './redact-text.ts';

function redacted(text: string, given: Partial<PatternRule> & { pattern: string }): string {
  const rule = { kind: 'pattern', name: 'x', ignoreCase: false, replacement: undefined } as const;
  return redactText(text, [buildPatternRule({ ...rule, ...given })], () => undefined);
}

test.each([
  ['every match', 'a1b22', { pattern: '[0-9]+' }, 'a[redacted:x]b[redacted:x]'],
  ['only the first group', 'pin=42;', { pattern: 'pin=([0-9]+)(;)' }, 'pin=[redacted:x];'],
  ['all where the group is not in it', 'b', { pattern: 'a(x)|b' }, '[redacted:x]'],
  ['nothing where the group is empty', 'pin=;', { pattern: 'pin=([0-9]*)' }, 'pin=;'],
  ['its own replacement', 'a1', { pattern: '[0-9]', replacement: '*' }, 'a*'],
  ['with nothing', 'a1b', { pattern: '[0-9]', replacement: '' }, 'ab'],
  ['letters of any case', 'PIN 42', { pattern: 'pin', ignoreCase: true }, '[redacted:x] 42'],
  ['letters of one case', 'PIN 42', { pattern: 'pin' }, 'PIN 42'],
  ['each line by itself', 'a\nab\nb', { pattern: '^a$|^b$' }, '[redacted:x]\nab\n[redacted:x]'],
  ['no match over two lines', 'a\nb', { pattern: 'a\\sb' }, 'a\nb'],
  ['after wide characters', '😀a😀', { pattern: 'a' }, '😀[redacted:x]😀'],
  ['a wide character whole', 'a😀b', { pattern: 'a(.)b' }, 'a[redacted:x]b'],
  ['nothing in its own marker', 'redacted', { pattern: 'red' }, '[redacted:x]acted'],
  ['what reaches into a marker', 'a[redacted:y]b', { pattern: 'a.red' }, '[redacted:x]b'],
  ['what stands around a marker', '1[redacted:y]2', { pattern: '1.*2' }, '[redacted:x]'],
  ['two that reach into one marker', 'a[redacted:y]b', { pattern: 'a.r|d.y.b' }, '[redacted:x]'],
] as const)('replaces %s', (_what, text, rule, expected) => {
  expect(redacted(text, rule)).toBe(expected);
  expect(redacted(expected, rule)).toBe(expected);
});

test('a pattern that makes every search a long one hides the rest of the text in the end', () => {
  const text = `a top\n${'a'.repeat(64 * 1024)}\ntail`;
  const hidden = '[redacted:x] top\n[redacted:x]';
  const rule = { kind: 'pattern', name: 'x', ignoreCase: false, replacement: undefined } as const;
  const slow = buildPatternRule({ ...rule, pattern: 'a[^z]*z|a' }, 200);
  expect(redactText(text, [slow], () => undefined)).toBe(hidden);
});
