import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drained } from '../../../test/support/pieces.ts';
import type { Item } from './deliver-batches.ts';
import { type OpenValuesOptions, openValues } from './open-values.ts';
import { FILE_START } from './place.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-values-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function valuesOf(path: string, given: Partial<OpenValuesOptions> = {}) {
  let read = 0;
  const { format, values } = await openValues(path, {
    name: 'a file',
    from: FILE_START,
    format: undefined,
    columns: new Map(),
    readTime: () => undefined,
    onRead: (bytes) => {
      read += bytes;
    },
    ...given,
  });
  const { items, failure } = await drained<Item>(values);
  const found = items.map((item) => ('value' in item ? item.value : item.unreadable));
  return { format, items, values: found, failure, read };
}

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  return path;
}

const lines = Array.from({ length: 10_000 }, (_, index) => `{"n":${index}}\n`).join('');

describe('the values of a file', () => {
  test('are the same from a plain file and a packed one, from any place on', async () => {
    const plain = await valuesOf(await fileOf(lines));
    expect(plain).toMatchObject({ format: 'records', failure: undefined, read: lines.length });
    expect(plain.values).toHaveLength(10_000);
    const { after: from = FILE_START } = plain.items[7_999] ?? {};
    for (const content of [lines, gzipSync(lines)]) {
      const rest = await valuesOf(await fileOf(content), { from, format: 'records' });
      expect(rest.values).toEqual(plain.values.slice(8_000));
      expect(rest.items[0]).toMatchObject({ line: 8_001 });
      expect(rest.read).toBe(content.length);
    }
  });

  test('come out of a pipe from their first byte on, packed or not', async () => {
    for (const [index, content] of [lines, gzipSync(lines)].entries()) {
      const pipe = join(directory, `pipe${index}`);
      execFileSync('mkfifo', [pipe]);
      const [{ values, failure }] = await Promise.all([valuesOf(pipe), writeFile(pipe, content)]);
      expect(failure).toBeUndefined();
      expect(values).toHaveLength(10_000);
      expect(values[0]).toEqual({ n: 0 });
    }
  });

  test.each([
    [
      'csv',
      'functionName,requestId,startTime\nf,1,0\n',
      [{ functionName: 'f', requestId: '1', startTime: 0 }],
    ],
    [
      'cloudwatch',
      '{"messageType":"x","logEvents":[]}{"messageType":"y"}',
      [{ messageType: 'x', logEvents: [] }, { messageType: 'y' }],
    ],
    ['cloudwatch', '[{"messageType":"x","logEvents":[]}]', [{ messageType: 'x', logEvents: [] }]],
    ['cls', 'nonsense\n{"SCF_RequestId":"r"}', ['is not valid JSON', { SCF_RequestId: 'r' }]],
    ['records', 'nonsense', ['is not valid JSON']],
    ['records', '', []],
  ])('are told to be %s: %j', async (format, content, values) => {
    expect(await valuesOf(await fileOf(content))).toMatchObject({ format, values });
  });

  test('are what they are said to be', async () => {
    const path = await fileOf('{"SCF_RequestId":"r"}\n');
    expect(await valuesOf(path, { format: 'native' })).toMatchObject({ format: 'native' });
    const csv = await valuesOf(path, { format: 'csv' });
    expect(csv).toMatchObject({ format: 'csv', values: [] });
    const columns = new Map([['fn', 'functionName']]);
    const mapped = await valuesOf(await fileOf('fn\nf\n'), { columns });
    expect(mapped).toMatchObject({ format: 'csv', values: [{ functionName: 'f' }] });
  });

  test('come before the fault of a broken file', async () => {
    const broken = gzipSync(lines, { level: 0 }).subarray(0, -5_000);
    const { values, failure } = await valuesOf(await fileOf(broken));
    expect(values.length).toBeGreaterThan(9_000);
    expect(values.at(-1)).toEqual({ n: values.length - 1 });
    expect(failure).toMatchObject({ code: 'malformed_request' });
  });
});
