import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import { buildReadZonedTime } from '../../wire/time-from-zone.ts';
import { deliverSlices } from './deliver-slices.ts';
import { FollowRejects } from './follow-rejects.ts';
import type { FileSlice } from './follower.ts';
import { patiently } from './patience.ts';

const NOTHING = Buffer.alloc(0);

function sliceOf(path: string, ...lines: readonly string[]): FileSlice {
  let at = 1_000;
  const placed = lines.map((line) => {
    const one = { at, bytes: Buffer.from(line) };
    at += one.bytes.length + 1;
    return one;
  });
  return {
    path,
    from: 1_000,
    to: at,
    lines: placed,
    first: NOTHING,
    last: NOTHING,
    skipsLine: false,
  };
}

/** Takes what has an id, as a store does. */
async function store(records: readonly unknown[], taken: unknown[]): Promise<NativeReceipt> {
  const receipt = { accepted: 0, replaced: 0, duplicates: 0, rejected: [] as object[] };
  for (const [index, one] of records.entries()) {
    if ((one as { requestId?: string }).requestId === undefined) {
      receipt.rejected.push({ line: index + 1, field: 'requestId', reason: 'is missing' });
    } else {
      taken.push(one);
      receipt.accepted += 1;
    }
  }
  if (receipt.accepted === 0) {
    throw new AppError('all_rejected', 'no record was taken', { details: receipt });
  }
  return receipt as unknown as NativeReceipt;
}

let directory: string;
let taken: unknown[];
let notes: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-deliver-'));
  taken = [];
  notes = [];
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function deliver(slices: readonly FileSlice[], rejectsPath?: string) {
  const tally = { accepted: 0, replaced: 0, duplicates: 0, rejected: 0 };
  const rejects = new FollowRejects(rejectsPath, (text) => notes.push(text));
  await deliverSlices(slices, {
    tally,
    ingest: (records) => store(records, taken),
    recordBytesMax: 10_000,
    onRejected: (rejected) => rejects.add(rejected),
    readTime: buildReadZonedTime('UTC'),
    namespace: 'prod',
    nativeOnly: false,
  });
  return tally;
}

describe('lines are delivered', () => {
  test('as native records, rows and replies of GetFunctionLogs, and arrays of them', async () => {
    const row = { FunctionName: 'f', RequestId: 'row', StartTime: '2026-01-31 12:00:00' };
    const reply = { Response: { TotalCount: 1, Data: [{ ...row, RequestId: 'reply' }] } };
    const slices = [
      sliceOf('a', '{"requestId":"native"}', JSON.stringify(row), '  '),
      sliceOf('b', '[{"requestId":"first"},{"requestId":"second"}]', JSON.stringify(reply)),
    ];
    expect(await deliver(slices)).toMatchObject({ accepted: 5, rejected: 0 });
    expect(taken).toEqual([
      { requestId: 'native' },
      {
        namespace: 'prod',
        functionName: 'f',
        requestId: 'row',
        startTime: '2026-01-31T12:00:00.000000Z',
      },
      { requestId: 'first' },
      { requestId: 'second' },
      {
        namespace: 'prod',
        functionName: 'f',
        requestId: 'reply',
        startTime: '2026-01-31T12:00:00.000000Z',
      },
    ]);
  });

  test('and those that are not taken are kept with their place, and spoil no others', async () => {
    const kept = join(directory, 'rejects.ndjson');
    const slices = [
      sliceOf('a', '{"requestId":"1"}', 'nonsense', '{"functionName":"f"}'),
      sliceOf('b', '[{"requestId":"2"},{}', '{"requestId":"3"}'),
    ];
    expect(await deliver(slices, kept)).toMatchObject({ accepted: 3, rejected: 4 });
    const lines = (await readFile(kept, 'utf8')).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as object);
    expect(records).toHaveLength(4);
    expect(records).toEqual(
      expect.arrayContaining([
        { file: 'a', byte: 1018, field: '', reason: 'is not valid JSON', text: 'nonsense' },
        {
          file: 'a',
          byte: 1027,
          field: 'requestId',
          reason: 'is missing',
          record: { functionName: 'f' },
        },
      ]),
    );
    expect(notes).toContain('not taken: a, byte 1018: is not valid JSON');
  });

  test('all of which may be bad', async () => {
    expect(await deliver([sliceOf('a', '{}', ...Array(9).fill('x'))])).toMatchObject({
      accepted: 0,
      rejected: 10,
    });
    // Five reasons, and that there are more.
    expect(notes).toHaveLength(6);
    expect(notes[5]).toContain('--rejects');
  });
});

describe('patience', () => {
  const options = { waitMsMin: 1, waitMsMax: 2, note: (text: string) => notes.push(text) };
  const codes = [
    'overloaded',
    'rate_limited',
    'storage_full',
    'store_unavailable',
    'internal',
  ] as const;

  test('lasts as long as it takes, and says so once', async () => {
    const failures = [...codes, ...codes];
    const answer = await patiently(
      async () => {
        const code = failures.shift();
        if (code !== undefined) {
          throw new AppError(code, `it is ${code}`);
        }
        return 'done';
      },
      { ...options, signal: new AbortController().signal },
    );
    expect(answer).toBe('done');
    expect(notes).toEqual([
      'waiting: it is overloaded; it is tried again until it works',
      'delivering again',
    ]);
  });

  test('ends where waiting does not help', async () => {
    const { signal } = new AbortController();
    const refuse = async () => {
      throw new AppError('auth_failed', 'no');
    };
    await expect(patiently(refuse, { ...options, signal })).rejects.toThrow('no');
    expect(notes).toEqual([]);
  });

  test('ends at a signal, not within an attempt', async () => {
    const stop = new AbortController();
    const attempt = async () => {
      stop.abort();
      throw new AppError('overloaded', 'busy');
    };
    await expect(patiently(attempt, { ...options, signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await patiently(async () => 1, { ...options, signal: stop.signal })).toBe(1);
  });
});
