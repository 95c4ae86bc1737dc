import { expect, test } from 'vitest';
import { parseJsonPath } from './json-path.ts';

test.each([
  ['$.a', [{ member: 'a' }]],
  ['$.headers.x-api-key', [{ member: 'headers' }, { member: 'x-api-key' }]],
  ['$[*].名字', ['every', { member: '名字' }]],
  ["$['a.b']['it\\'s']['\\\\']", [{ member: 'a.b' }, { member: "it's" }, { member: '\\' }]],
  ['$.a[*][*]', [{ member: 'a' }, 'every', 'every']],
  ['$.__proto__', [{ member: '__proto__' }]],
  [`$${'.a'.repeat(16)}`, Array(16).fill({ member: 'a' })],
])('the path %s is read', (text, steps) => {
  expect(parseJsonPath(text)).toEqual(steps);
});

test.each([
  ...['', '$', 'a', '.a', '$a', '$.', '$..a', '$.a.', '$.*', '$[0]', '$["a"]', "$['']", "$['a"],
  ...['$.a b', '$.a ', '$[*', 'x.a', "$['a'x]", "$['\\n']", `$${'.a'.repeat(17)}`],
])('the path %j is refused', (text) => {
  expect(parseJsonPath(text)).toBeUndefined();
});
