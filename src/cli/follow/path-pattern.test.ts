import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PathPattern } from './path-pattern.ts';

const files = [
  'a.log',
  'b.log',
  'a.txt',
  '.c.log',
  'x/a.log',
  'y/a.log',
  'y/deep/a.log',
  'odd[1].log',
  'odd1.log',
  'a+b(c).log',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fnlog-pattern-'));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a pattern names', () => {
  test.each([
    ['*.log', ['a+b(c).log', 'a.log', 'b.log', 'odd1.log', 'odd[1].log']],
    ['?.log', ['a.log', 'b.log']],
    ['[!a].log', ['b.log']],
    ['[a-b].*', ['a.log', 'a.txt', 'b.log']],
    ['.*.log', ['.c.log']],
    ['*/a.log', ['x/a.log', 'y/a.log']],
    ['x/../*/deep/*', ['y/deep/a.log']],
    ['odd[1].log', ['odd1.log', 'odd[1].log']],
    ['a+b(c).*', ['a+b(c).log']],
    ['none/*.log', []],
    ['a.log/*', []],
    ['missing.log', ['missing.log']],
  ])('%s', async (pattern, wanted) => {
    const one = new PathPattern(join(folder, pattern));
    const found = await one.expand();
    expect(found.map((path) => relative(folder, path))).toEqual(wanted);
    expect(found.every((path) => one.matches(path))).toBe(true);
    const others = files.filter((file) => !(wanted as string[]).includes(file));
    expect(others.filter((file) => one.matches(join(folder, file)))).toEqual([]);
  });

  test('nothing where it is none', () => {
    for (const pattern of ['', 'a/**/b', 'a[z-a].log', 'a\0']) {
      expect(() => new PathPattern(pattern)).toThrow('cannot be followed');
    }
  });
});
