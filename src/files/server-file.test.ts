import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServerFile } from './server-file.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fnlog-server-'));
  path = join(dir, 'server.json');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('the address of a running server', () => {
  test('is known to others as long as the file is there', () => {
    const file = new ServerFile(path);
    expect(new ServerFile(path).read()).toBeUndefined();
    file.write({ url: 'http://127.0.0.1:5280' });
    expect(new ServerFile(path).read()).toEqual({ url: 'http://127.0.0.1:5280' });
    file.write({ url: 'https://127.0.0.1:5281', certificate: 'PEM' });
    expect(new ServerFile(path).read()).toEqual({
      url: 'https://127.0.0.1:5281',
      certificate: 'PEM',
    });
    file.remove();
    expect(new ServerFile(path).read()).toBeUndefined();
  });

  test('is in a file that its owner alone reads', () => {
    new ServerFile(path).write({ url: 'http://127.0.0.1:5280' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('can be removed where it is not there', () => {
    expect(() => new ServerFile(path).remove()).not.toThrow();
  });

  test.each([
    '',
    '{"url":"http',
    '{}',
    '[]',
    '{"url":5,"pid":1}',
    '{"url":"u","pid":1,"certificate":5}',
  ])('is unknown where the file holds %j', (content) => {
    writeFileSync(path, content);
    expect(new ServerFile(path).read()).toBeUndefined();
  });
});
