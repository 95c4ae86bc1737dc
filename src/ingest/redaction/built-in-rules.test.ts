import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInRedactions } from '../../domain/redaction-rule.ts';
import { buildBuiltInRule } from './built-in-rules.ts';
import { redactText } from './redact-text.ts';

interface Examples {
  /** A text, and what becomes of it. */
  readonly true: readonly (readonly [string, string])[];
  readonly false: readonly string[];
}

const path = new URL('built-in-examples.json', import.meta.url);
const examples = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Examples>;

const rules = builtInRedactions.map(buildBuiltInRule);
const ruleNamed = (name: string) => rules.filter((rule) => rule.name === name);
const silent = () => undefined;

test('each built-in rule has examples, and each example a rule', () => {
  expect(Object.keys(examples).sort()).toEqual([...builtInRedactions].sort());
});

describe.each(Object.entries(examples))('%s', (name, { true: found, false: left }) => {
  test.each(found)('is found in %j', (text, redacted) => {
    expect(redactText(text, ruleNamed(name), silent)).toBe(redacted);
    expect(redactText(redacted, ruleNamed(name), silent)).toBe(redacted);
  });

  test.each(left)('is not found in %j', (text) => {
    expect(redactText(text, ruleNamed(name), silent)).toBe(text);
  });
});

describe('all built-in rules together', () => {
  const texts = Object.values(examples).flatMap(({ true: found, false: left }) => [
    ...found.map(([text]) => text),
    ...left,
  ]);
  const piece = fc.oneof(
    fc.constantFrom(...texts),
    fc.constantFrom(' ', '\n', '-', '.', '@', '\\n', '"', ',', '[redacted:email]', '0', 'x'),
    fc.string({ maxLength: 5 }),
  );
  const mixed = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

  test('leave what they have redacted as it is', () => {
    fc.assert(
      fc.property(mixed, fc.shuffledSubarray(rules), (text, some) => {
        const once = redactText(text, some, silent);
        expect(redactText(once, some, silent)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test('change a text only where they count something', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        let counted = 0;
        const redacted = redactText(text, rules, (_rule, count) => {
          counted += count;
        });
        expect(redacted === text).toBe(counted === 0);
      }),
      { numRuns: 500 },
    );
  });

  test('keep JSON what was JSON', () => {
    const value = fc.record({ message: mixed, at: fc.integer() });
    fc.assert(
      fc.property(value, (document) => {
        const redacted = redactText(JSON.stringify(document), rules, silent);
        expect(Object.keys(JSON.parse(redacted))).toEqual(['message', 'at']);
      }),
      { numRuns: 1_000 },
    );
  });
});

// Takes seconds where each rule takes time in proportion to the text, and hours where one does not.
test('texts made to be slow are through in time', () => {
  const MIB = 1024 * 1024;
  const filled = (piece: string) => piece.repeat(Math.ceil(MIB / piece.length));
  const hostile = [
    ...['a', 'a@', 'a@a.', '1', '4111 ', 'eyJaaaaa.', 'eyJ-', 'AKID-', '://:a@', '\\n'].map(filled),
    filled('-----BEGIN PRIVATE KEY-----'),
    `${filled('-----BEGIN PRIVATE KEY-----')}-----END PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----${filled('A\n')}`,
    `bearer ${filled('a')}`,
    `basic ${filled('a')}`,
    filled('[redacted:x]a@b.cc'),
  ];
  for (const text of hostile) {
    for (const rule of rules) {
      expect(redactText(text, [rule], silent).length).toBeGreaterThan(0);
    }
  }
});
