import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonPath } from '../../domain/json-path.ts';
import { buildPathRule } from './path-rule.ts';
import { redactPath } from './redact-extra.ts';
import { redactText } from './redact-text.ts';

function pathOf(text: string) {
  const path = parseJsonPath(text);
  if (path === undefined) {
    throw new Error(`${text} is no path`);
  }
  return path;
}

function redacted(text: string, path: string): string {
  return redactText(
    text,
    [buildPathRule({ kind: 'path', name: 'p', path: pathOf(path) })],
    () => {},
  );
}

const P = '"[redacted:p]"';

test.each([
  ['a member', '{"a":1,"b":"x"}', '$.b', `{"a":1,"b":${P}}`],
  ['a member further down', '{"a":{"b":{"c":[1]}}}', '$.a.b', `{"a":{"b":${P}}}`],
  ['a quoted name', '{"a b":"x"}', "$['a b']", `{"a b":${P}}`],
  ['each element', '[{"a":1},2,{"a":"x"}]', '$[*].a', `[{"a":${P}},2,{"a":${P}}]`],
  ['each member', '{"x":{"a":1},"y":{"b":2}}', '$[*].a', `{"x":{"a":${P}},"y":{"b":2}}`],
  ['a name that comes twice', '{"a":"x","a":"y"}', '$.a', `{"a":${P},"a":${P}}`],
  ['a name with escapes', '{"\\u0061":"x"}', '$.a', `{"\\u0061":${P}}`],
  ['after quotes and brackets', '{"z":"\\"]}","a":"\\\\"}', '$.a', `{"z":"\\"]}","a":${P}}`],
  [
    'no digit of a number',
    '{"n":12345678901234567890.0,"a":1}',
    '$.a',
    `{"n":12345678901234567890.0,"a":${P}}`,
  ],
  ['no white space', ' { "a" : 1 , "b" : [ ] } ', '$.b', ` { "a" : 1 , "b" : ${P} } `],
  [
    'true, and no null above it',
    '{"a":null,"b":{"a":true}}',
    '$[*].a',
    `{"a":null,"b":{"a":${P}}}`,
  ],
  ['in __proto__', '{"__proto__":{"a":1}}', '$.__proto__.a', `{"__proto__":{"a":${P}}}`],
  [
    'in lines that are documents',
    'x {"a":1}\n{"a":1}\r\n{"a":',
    '$.a',
    `x {"a":1}\n{"a":${P}}\r\n{"a":`,
  ],
  [
    'in a document of several lines',
    '{\n  "a": 1,\n  "b": 2\n}',
    '$.a',
    `{\n  "a": ${P},\n  "b": 2\n}`,
  ],
])('a path replaces %s', (_what, text, path, expected) => {
  expect(redacted(text, path)).toBe(expected);
  expect(redacted(expected, path)).toBe(expected);
});

test.each([
  ['{"b":1}', '$.a'],
  ['{"a":1}', '$.a.b'],
  ['["a"]', '$.a'],
  ['[]', '$[*]'],
  ['{}', '$[*].a'],
  ['"a"', '$[*]'],
  ['a', '$.a'],
  ['', '$.a'],
  ['{"a":"[redacted:other]"}', '$.a'],
  ["{'a':1}", '$.a'],
])('leaves %j as it is for %s', (text, path) => {
  expect(redacted(text, path)).toBe(text);
});

test('in a text finds what it finds in the parsed document', () => {
  const name = fc.constantFrom('a', 'b', 'c d', '__proto__', '"', '\\');
  const step = fc.oneof(name, fc.constant('*'));
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, -1.5e9, '', 'x"]}', 'a\\', '[redacted:q]'),
      fc.dictionary(name, tie('document'), { maxKeys: 4 }),
      fc.array(tie('document'), { maxLength: 4 }),
    ),
  }));
  const space = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(
      document,
      fc.array(step, { minLength: 1, maxLength: 3 }),
      space,
      (json, steps, gap) => {
        const path = steps.map((one) => (one === '*' ? 'every' : { member: one }));
        const text = JSON.stringify(json, undefined, gap);
        const rule = buildPathRule({ kind: 'path', name: 'p', path });
        const wanted = /^[[{]/.test(text)
          ? redactPath(JSON.parse(text), path, '[redacted:p]', () => undefined)
          : json;
        expect(redactText(text, [rule], () => undefined)).toBe(
          JSON.stringify(wanted, undefined, gap),
        );
      },
    ),
    { numRuns: 1_000 },
  );
});
