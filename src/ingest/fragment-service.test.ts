import { describe, expect, test } from 'vitest';
import { buildFragment, candidatesOf, T0_US } from '../../test/support/build-fragment.ts';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { FragmentStore } from '../../test/support/fragment-store.ts';
import { AppError } from '../domain/errors.ts';
import type { Fragment, FragmentCandidate } from '../domain/fragment.ts';
import { FragmentService } from './fragment-service.ts';
import type { RejectedRecord } from './rejected-record.ts';

const everywhere = { mayIngest: () => true, source: 'test' };

function serviceOf(store = new FragmentStore(), given: { waitingBytesMax?: number } = {}) {
  const rejected: RejectedRecord[] = [];
  const service = new FragmentService({
    append: (records) => store.append(records),
    recordsToJoin: (runs, range) => store.recordsToJoin(runs, range),
    latestRuns: (query) => store.latestRuns(query),
    logBytesMax: 1_000,
    identityWindowUs: 3_600_000_000,
    waitingBytesMax: given.waitingBytesMax ?? 1_000_000,
    clock: { now: () => T0_US / 1000 },
    onRejected: (record) => rejected.push(record),
  });
  const send = (...fragments: Fragment[]) => service.ingest(candidatesOf(fragments), everywhere);
  return { store, service, send, rejected };
}

function lineAt(us: number, text: string, given: Partial<Fragment> = {}): Fragment {
  return buildFragment({ timeUs: T0_US + us, lines: [{ timeUs: T0_US + us, text }], ...given });
}

const ended = buildFragment({ facts: { invokeFinished: true } });

describe('a request', () => {
  test('is answered with what was new, what was known and what is no part of a run', async () => {
    const { store, service, send, rejected } = serviceOf();
    await send(lineAt(0, 'known'));
    const candidates: FragmentCandidate[] = [
      { line: 1, unreadable: 'is no JSON' },
      { line: 2, fragment: lineAt(0, 'known'), bytes: 9 },
      { line: 3, fragment: lineAt(1, 'new'), bytes: 9 },
      { line: 4, field: 'time', unreadable: 'is missing' },
      { line: 5, fragment: buildFragment({ namespace: 'secret' }), bytes: 9 },
      { line: 6, fragment: buildFragment({ requestId: undefined }), bytes: 9 },
      { line: 7, fragment: buildFragment({ functionName: '' }), bytes: 9 },
    ];
    const mayIngest = (namespace: string) => namespace !== 'secret';
    expect(await service.ingest(candidates, { mayIngest, source: 'test' })).toEqual({
      accepted: 1,
      replaced: 0,
      duplicates: 1,
      rejectedCount: 5,
      rejected: [
        { line: 1, field: '', reason: 'is no JSON' },
        { line: 4, field: 'time', reason: 'is missing' },
        { line: 5, field: 'namespace', reason: 'this key may not write to it' },
        { line: 6, field: 'requestId', reason: expect.stringContaining('no stream') },
        { line: 7, field: 'functionName', reason: 'must have 1 to 256 characters, not 0' },
      ],
    });
    expect(store.records).toMatchObject([{ log: 'known\nnew' }]);
    const { functionName } = buildFragment();
    // What is counted of them; what this key may not write to is nobody's business.
    expect(rejected).toEqual(
      ['', '', '', functionName].map((name) => ({
        namespace: 'default',
        functionName: name,
        startTimeUs: T0_US,
        kind: 'rejected',
      })),
    );
  });

  test('without one good event is refused as a whole', async () => {
    const { store, send, service } = serviceOf();
    await expect(send(buildFragment({ requestId: '' }))).rejects.toMatchObject({
      code: 'all_rejected',
      message: 'no event was taken; event 1: requestId must have 1 to 256 characters, not 0',
      details: { accepted: 0, rejectedCount: 1, rejected: [{ line: 1, field: 'requestId' }] },
    });
    await expect(service.ingest([], everywhere)).rejects.toMatchObject({ code: 'all_rejected' });
    expect(store.reads).toBe(0);
  });

  test.each<[string, Partial<Fragment>]>([
    ['namespace', { namespace: '' }],
    ['functionName', { functionName: 'x'.repeat(257) }],
    ['requestId', { requestId: 'x'.repeat(257) }],
    ['retryNum', { retryNum: -1 }],
    ['retryNum', { retryNum: 0.5 }],
    ['stream', { stream: 'x'.repeat(1_025) }],
    ['qualifier', { facts: { qualifier: '' } }],
    ['time', { timeUs: -1 }],
    ['time', { timeUs: Number.NaN }],
    ['startTime', { facts: { startTimeUs: Date.UTC(2200, 0, 1) * 1_000 } }],
    ['endTime', { facts: { endTimeUs: Number.POSITIVE_INFINITY } }],
    ['log', { lines: [{ timeUs: -5, text: '' }] }],
    ['deep', { facts: { extra: { deep: JSON.parse('['.repeat(102) + ']'.repeat(102)) } } }],
  ])('rejects an event for its %s', async (field, given) => {
    const { service } = serviceOf();
    const candidates = candidatesOf([buildFragment(given), buildFragment()]);
    expect(await service.ingest(candidates, everywhere)).toMatchObject({
      accepted: 1,
      rejected: [{ line: 1, field, reason: expect.stringMatching(/^(?:must|is) /) }],
    });
  });

  test('may hold halves of surrogate pairs, which have no UTF-8', async () => {
    const half = '\ud800';
    const { store, send } = serviceOf();
    const extra = { [half]: [half, { a: half }] };
    const facts = { retMsg: half, traceId: half, qualifier: half, extra };
    const names = { functionName: half, requestId: half, stream: half };
    await send(lineAt(0, half, { ...names, facts, source: '' }));
    expect(JSON.stringify(store.records)).not.toMatch(/\\ud[89a-f]/i);
    expect(store.records).toMatchObject([
      {
        log: '\ufffd',
        source: 'test',
        extra: { '\ufffd': ['\ufffd', { a: '\ufffd' }], logStream: '\ufffd' },
      },
    ]);
  });
});

describe('requests at the same time', () => {
  test('are joined in one round, about one run or many', async () => {
    const { store, send } = serviceOf();
    const receipts = await Promise.all([
      ...[0, 1, 2, 3].map((at) => send(lineAt(at, `line ${at}`))),
      send(lineAt(2, 'line 2')),
      send(lineAt(0, 'other', { requestId: 'request-2' })),
    ]);
    expect(receipts.map(({ accepted }) => accepted)).toEqual([1, 1, 1, 1, 0, 1]);
    expect(store.records.map(({ log }) => log)).toEqual([
      'line 0\nline 1\nline 2\nline 3',
      'other',
    ]);
    expect(store).toMatchObject({ reads: 1, writes: 1 });
  });

  test('wait for the round that their run is in', async () => {
    const { store, send } = serviceOf();
    const letGo = store.hold();
    const first = send(lineAt(0, 'first'));
    await expect.poll(() => store.reads, { interval: 2 }).toBe(1);
    const second = send(lineAt(1, 'second'), ended);
    const other = send(lineAt(0, 'other', { requestId: 'request-2' }));
    await expect.poll(() => store.reads, { interval: 2 }).toBe(2);
    letGo();
    await Promise.all([first, second, other]);
    expect(store.records).toMatchObject([
      { log: 'first\nsecond', retCode: 0 },
      { log: 'other', retCode: 2 },
    ]);
  });

  test('are refused where they are too many bytes together', async () => {
    const { store, send } = serviceOf(new FragmentStore(), { waitingBytesMax: 250 });
    const letGo = store.hold();
    const taken = [send(lineAt(0, 'a')), send(lineAt(1, 'b'))];
    await expect.poll(() => store.reads, { interval: 2 }).toBe(1);
    await expect(send(lineAt(2, 'c'))).rejects.toMatchObject({
      code: 'overloaded',
      details: { waitingBytesMax: 250 },
    });
    letGo();
    await Promise.all(taken);
    expect(await send(lineAt(2, 'c'))).toMatchObject({ accepted: 1 });
    expect(store.records).toMatchObject([{ log: 'a\nb\nc' }]);
  });

  test('of any size are taken where nothing else waits', async () => {
    const { send } = serviceOf(new FragmentStore(), { waitingBytesMax: 10 });
    expect(await send(lineAt(0, 'a'))).toMatchObject({ accepted: 1 });
  });
});

describe('a store that fails', () => {
  test('acknowledges nothing, and everything may be sent again', async () => {
    const { store, send } = serviceOf();
    const full = new AppError('storage_full', 'the disk is full');
    store.failNext(full);
    const failed = await Promise.allSettled([send(lineAt(0, 'a')), send(lineAt(1, 'b'))]);
    expect(failed).toMatchObject([{ reason: full }, { reason: full }]);
    expect(await send(lineAt(0, 'a'), lineAt(1, 'b'))).toMatchObject({ accepted: 2 });
    expect(store.records).toMatchObject([{ log: 'a\nb' }]);
  });

  test('by taking too long is too busy', async () => {
    const { store, send } = serviceOf();
    store.failNextRead(new AppError('query_timeout', 'the question took too long'));
    await expect(send(ended)).rejects.toMatchObject({ code: 'overloaded' });
    expect(await send(ended)).toMatchObject({ accepted: 1 });
  });

  test('to read many records at once is asked for fewer', async () => {
    const { store, send } = serviceOf();
    const many = Array.from({ length: 10 }, (_, at) => ({ ...ended, requestId: `r${at}` }));
    store.runsReadMax = 3;
    expect(await send(...many)).toMatchObject({ accepted: 10 });
    expect(store.records).toHaveLength(10);
    store.runsReadMax = 0;
    await expect(send(...many)).rejects.toMatchObject({ code: 'page_too_large' });
  });
});

describe('a record that somebody else writes', () => {
  test('between the read and the write is joined anew', async () => {
    const { store, send } = serviceOf();
    const whole = buildInvocation({ requestId: 'request-1', startTimeUs: T0_US, log: 'whole' });
    store.beforeNextWrite(() => store.put(whole));
    expect(await send(lineAt(1, 'line'))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(store.records).toMatchObject([{ log: 'whole\nline', retMsg: whole.retMsg }]);
  });

  test('again and again is too busy', async () => {
    const { store, send } = serviceOf();
    store.refusesWrites = true;
    await expect(send(ended)).rejects.toMatchObject({ code: 'overloaded', retryable: true });
  });
});

describe('many events', () => {
  test('leave room for others in between', async () => {
    const { store, send } = serviceOf(new FragmentStore(), { waitingBytesMax: 100_000_000 });
    const events = Array.from({ length: 10_000 }, (_, at) =>
      lineAt(at, `line ${at}`, { requestId: `r${at % 2_500}` }),
    );
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    expect(await send(...events)).toMatchObject({ accepted: 10_000 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    expect(store.records).toHaveLength(2_500);
    expect(store.writes).toBe(1);
  });
});
