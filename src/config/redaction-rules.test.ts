import { describe, expect, test } from 'vitest';
import { parseRedactionRules } from './redaction-rules.ts';

function reasonOf(value: unknown): string {
  const parsed = parseRedactionRules(value);
  if (parsed.ok) {
    throw new Error(`${JSON.stringify(value)} was accepted`);
  }
  return parsed.reason;
}

const pattern = (given: object) => ({ '*': [{ name: 'x', pattern: 'a', ...given }] });

describe('rules of redaction', () => {
  test('are read from an object, and from the same as JSON text', () => {
    const given = {
      '*': ['email', { name: 'pin', path: "$.cards[*]['pin']" }],
      prod: [{ name: 'order_1', pattern: 'order (\\d+)', flags: 'i', replacement: 'order' }],
      empty: [],
      constructor: [{ name: 'x', pattern: 'a', flags: '' }],
    };
    const rules = {
      '*': [
        { kind: 'built-in', name: 'email' },
        { kind: 'path', name: 'pin', path: [{ member: 'cards' }, 'every', { member: 'pin' }] },
      ],
      prod: [
        {
          kind: 'pattern',
          name: 'order_1',
          pattern: 'order (\\d+)',
          ignoreCase: true,
          replacement: 'order',
        },
      ],
      empty: [],
      constructor: [
        { kind: 'pattern', name: 'x', pattern: 'a', ignoreCase: false, replacement: undefined },
      ],
    };
    for (const value of [given, JSON.stringify(given)]) {
      const parsed = parseRedactionRules(value);
      expect(parsed.ok && { ...parsed.rules }).toEqual(rules);
    }
  });

  test('of a namespace that nobody named are none', () => {
    const parsed = parseRedactionRules({ '*': ['email'] });
    expect(parsed.ok && parsed.rules['constructor']).toBeUndefined();
    expect(parsed.ok && parsed.rules['toString']).toBeUndefined();
  });

  test.each([
    ['email', /^"email" is not accepted; an object of lists is: \{"\*":\["email"/],
    [['email'], /is not accepted; an object of lists is/],
    [null, /is not accepted/],
    [5, /is not accepted/],
    [{ '*': 'email' }, /^the rules of "\*" must be a list of at most 50$/],
    [{ '*': Array(51).fill('email') }, /must be a list of at most 50/],
    [{ '': [] }, /^a namespace of 0 characters is not accepted/],
    [{ ['n'.repeat(257)]: [] }, /^a namespace of 257 characters/],
    [Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [at, []])), /^1001 namespaces/],
    [{ prod: ['email', 'mail'] }, /^rule 2 of "prod": there is no "mail"; known: aws-access-key, /],
    [{ '*': [7] }, /rule 1 of "\*": "7" is not accepted; a name is, or an object/],
    [{ '*': [[]] }, /"\[\]" is not accepted/],
    [{ '*': [{ name: 'x', regex: 'a' }] }, /there is no member "regex"; known: name, pattern,/],
    [{ '*': [{ pattern: 'a' }] }, /name is "undefined"; 1 to 64 letters, digits, _ and -/],
    [{ '*': [{ name: 'a b', pattern: 'a' }] }, /name is "a b"/],
    [{ '*': [{ name: 'n'.repeat(65), pattern: 'a' }] }, /name is "n+…?"/],
    [{ '*': [{ name: 'x' }] }, /one of pattern and path must be given/],
    [pattern({ path: '$.a' }), /one of pattern and path must be given/],
    [{ '*': [{ name: 'x', path: '$..a' }] }, /path is "\$\.\.a"; up to 16 steps are accepted/],
    [{ '*': [{ name: 'x', path: 5 }] }, /path is "5"/],
    [{ '*': [{ name: 'x', path: '$.a', flags: 'i' }] }, /flags and replacement go with a pattern/],
    [pattern({ pattern: 5 }), /pattern must be a text of at most 1000 characters/],
    [pattern({ pattern: 'a'.repeat(1_001) }), /pattern must be a text of at most 1000 characters/],
    [
      pattern({ pattern: '(a' }),
      /pattern is "\(a": missing closing \): `\(a` \(the syntax is RE2's\)/,
    ],
    [pattern({ pattern: '(?=a)' }), /the syntax is RE2's/],
    [pattern({ pattern: 'a\\1' }), /the syntax is RE2's/],
    [pattern({ pattern: 'a*' }), /it matches where there is nothing/],
    [pattern({ pattern: '' }), /it matches where there is nothing/],
    [pattern({ pattern: '(\\w{1,300}x){3}' }), /it has \d+ steps; at most 500 are accepted/],
    [pattern({ flags: 'g' }), /flags is "g"; i is accepted/],
    [pattern({ flags: 5 }), /flags is "5"/],
    [pattern({ replacement: 5 }), /replacement must be a text/],
    [pattern({ replacement: 'a"b' }), /replacement must be a text/],
    [pattern({ replacement: 'b\n' }), /replacement must be a text/],
    [pattern({ replacement: 'b'.repeat(201) }), /replacement must be a text of at most 200/],
    [pattern({ replacement: 'bab' }), /the pattern finds something in its own replacement/],
  ])('are refused where they are %j', (value, says) => {
    expect(reasonOf(value)).toMatch(says);
  });

  test('may have a replacement that is what the pattern finds, whole', () => {
    expect(parseRedactionRules(pattern({ pattern: '[0-9]{4}', replacement: '0000' })).ok).toBe(
      true,
    );
  });
});
