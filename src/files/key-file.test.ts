import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKey, type Key } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';
import { KeyFile } from './key-file.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fnlog-keys-'));
  path = join(dir, 'data', 'keys.json');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function keyOf(note = ''): Key {
  return createKey({ role: 'read', namespaces: ['a'], createdAtMs: 5, note });
}

function errorOf(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the keys of a file', () => {
  test('are none where there is no file, and asking makes none', () => {
    const file = new KeyFile(path);
    expect(file.list()).toEqual([]);
    expect(file.find('AKID')).toBeUndefined();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('are found again, the oldest first', () => {
    const keys = [keyOf('one'), keyOf('two'), keyOf('three')];
    const file = new KeyFile(path);
    for (const key of keys) {
      file.add(key);
    }
    const again = new KeyFile(path);
    expect(again.list()).toEqual(keys);
    expect(again.find(keys[1]?.secretId ?? '')).toEqual(keys[1]);
    expect(again.find('AKIDother')).toBeUndefined();
  });

  test('keep the token of a temporary one', () => {
    const key = createKey({
      role: 'read',
      namespaces: '*',
      createdAtMs: 5,
      expiresAtMs: 9,
      temporary: true,
    });
    new KeyFile(path).add(key);
    expect(new KeyFile(path).find(key.secretId)).toEqual(key);
  });

  test('of before there were tokens are permanent', () => {
    const key = keyOf('old');
    new KeyFile(path).add(key);
    const text = readFileSync(path, 'utf8');
    const old = text.replace(/^ *"token".*\n/m, '');
    expect(old).not.toBe(text);
    writeFileSync(path, old);
    expect(new KeyFile(path).list()).toEqual([key]);
  });

  test('can be read by their owner alone', () => {
    new KeyFile(path).add(keyOf());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'data')).mode & 0o777).toBe(0o700);
  });

  test('can be read by their owner alone even where the file was open to all before', () => {
    new KeyFile(path).add(keyOf());
    chmodSync(path, 0o666);
    new KeyFile(path).add(keyOf());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('leave no other file behind', () => {
    const file = new KeyFile(path);
    file.add(keyOf());
    file.add(keyOf());
    expect(readdirSync(join(dir, 'data'))).toEqual(['keys.json']);
  });
});

describe('a change by another process', () => {
  test('is seen at the next question', () => {
    const ours = new KeyFile(path);
    const theirs = new KeyFile(path);
    const [one, two] = [keyOf('one'), keyOf('two')];
    theirs.add(one);
    expect(ours.list()).toEqual([one]);
    ours.add(two);
    expect(theirs.list()).toEqual([one, two]);
    theirs.revoke(one.secretId, 9);
    expect(ours.find(one.secretId)?.revokedAtMs).toBe(9);
    rmSync(path);
    expect(ours.list()).toEqual([]);
  });
});

describe('revoking', () => {
  test('keeps the key with the time of it', () => {
    const file = new KeyFile(path);
    const [one, two] = [keyOf('one'), keyOf('two')];
    file.add(one);
    file.add(two);
    expect(file.revoke(one.secretId, 9)).toEqual({ ...one, revokedAtMs: 9 });
    expect(new KeyFile(path).list()).toEqual([{ ...one, revokedAtMs: 9 }, two]);
  });

  test('again changes nothing', () => {
    const file = new KeyFile(path);
    const key = keyOf();
    file.add(key);
    file.revoke(key.secretId, 9);
    const before = readFileSync(path, 'utf8');
    expect(file.revoke(key.secretId, 10).revokedAtMs).toBe(9);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('a key that is not there is refused by its name', () => {
    const error = errorOf(() => new KeyFile(path).revoke('AKIDother', 9));
    expect(error.code).toBe('not_found');
    expect(error.message).toContain('AKIDother');
  });
});

describe('a damaged file', () => {
  const secret = 'this-is-a-secret';

  test.each([
    ['is cut', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['is other JSON', () => JSON.stringify([secret])],
    ['has another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['has a key without its role', (text: string) => text.replace(/"role".*\n/, '')],
    ['has an empty token', (text: string) => text.replace('"token": null', '"token": ""')],
    ['has a role that is none', (text: string) => text.replace('"read"', '"root"')],
  ])('that %s gives a sentence without its content', (_what, damage) => {
    new KeyFile(path).add({ ...keyOf(), secretKey: secret });
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    const file = new KeyFile(path);
    for (const work of [() => file.list(), () => file.find('x'), () => file.add(keyOf())]) {
      const error = errorOf(work);
      expect(error.code).toBe('data_dir_unusable');
      expect(error.message).toContain(`${path} is damaged`);
      expect(`${error.message} ${String(error.cause)}`).not.toContain(secret);
    }
  });

  test('is not replaced, and its keys do not go on to count', () => {
    const file = new KeyFile(path);
    const key = keyOf();
    file.add(key);
    writeFileSync(path, 'damaged');
    expect(errorOf(() => file.find(key.secretId)).code).toBe('data_dir_unusable');
    expect(errorOf(() => file.find(key.secretId)).code).toBe('data_dir_unusable');
    expect(errorOf(() => file.add(keyOf())).code).toBe('data_dir_unusable');
    expect(readFileSync(path, 'utf8')).toBe('damaged');
  });

  test('is told from one that cannot be read or written', () => {
    expect(errorOf(() => new KeyFile(dir).list()).message).toContain('cannot be read');
    writeFileSync(join(dir, 'data'), '');
    expect(errorOf(() => new KeyFile(path).add(keyOf())).code).toBe('data_dir_unusable');
  });
});
