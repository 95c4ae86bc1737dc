import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import type { Invocation } from '../../domain/invocation.ts';
import { InvocationBlock } from '../../domain/invocation-block.ts';
import { MatchTally } from './match-tally.ts';
import type { MatchFilter } from './queries/match-conditions.ts';
import type { RunTraits } from './run-counts.ts';
import type { StoredTally } from './stored-tally.ts';

const HOUR_US = 3_600_000_000;
const NOTHING: StoredTally = { totals: [], hours: [], firstHour: Number.NEGATIVE_INFINITY };
/** In the middle of the starts: about half of them came late. */
const INGEST_TIME_MS = (1_006 * HOUR_US) / 1000;
const NEW = { replaces: undefined, replaced: new Map(), ingestTimeMs: INGEST_TIME_MS };
const RET_CODES = { ok: 0, failed: 1, unfinished: 2 } as const;

const record = fc
  .record({
    namespace: fc.constantFrom('default', 'other'),
    functionName: fc.constantFrom('a', 'b', 'c'),
    startTimeUs: fc.integer({ min: 1_000 * HOUR_US, max: 1_012 * HOUR_US }),
    retCode: fc.constantFrom(0, 1, 2, 430),
    logCutBytes: fc.constantFrom(0, 0, 7),
  })
  .map(buildInvocation);

const time = fc.option(fc.integer({ min: 998 * HOUR_US, max: 1_014 * HOUR_US }), {
  nil: undefined,
});
const filter = fc
  .record({
    namespace: fc.constantFrom('default', 'other', 'none'),
    functionName: fc.option(fc.constantFrom('a', 'b', 'none'), { nil: undefined }),
    status: fc.option(fc.constantFrom('ok', 'failed'), { nil: undefined }),
    sinceUs: time,
    untilUs: time,
  })
  .map((given) => given as MatchFilter);

function matches(
  one: Invocation,
  { namespace, functionName, status, sinceUs, untilUs }: MatchFilter,
) {
  const isStatus = { ok: one.retCode === 0, failed: one.retCode !== 0 && one.retCode !== 2 };
  return (
    one.namespace === namespace &&
    (functionName === undefined || one.functionName === functionName) &&
    (status === undefined || isStatus[status as 'ok' | 'failed']) &&
    one.startTimeUs >= (sinceUs ?? 0) &&
    one.startTimeUs < (untilUs ?? Number.POSITIVE_INFINITY)
  );
}

function expectRight(
  tally: MatchTally,
  records: readonly Invocation[],
  asked: MatchFilter,
): boolean {
  const counted = tally.count(asked);
  if (counted === undefined) {
    return false;
  }
  const count = (of: MatchFilter) => records.filter((one) => matches(one, of)).length;
  const read = counted.edges.reduce((sum, edge) => sum + count({ ...asked, ...edge }), 0);
  expect(counted.runs + read).toBe(count(asked));
  return true;
}

/** What it says of completeness, with what it leaves to be read, is what the records say. */
function expectComplete(
  tally: MatchTally,
  records: readonly (Invocation & { readonly replaced?: true })[],
  { status: _, ...scope }: MatchFilter,
): boolean {
  const found = tally.completeness(scope);
  if (found === undefined) {
    return false;
  }
  const { counts, edges } = found;
  const within = (of: MatchFilter) => records.filter((one) => matches(one, of));
  const read = edges.flatMap((edge) => within({ ...scope, ...edge }));
  const all = within(scope);
  const traits = (of: typeof all, trait: 'late' | 'cut' | 'replaced') =>
    of.filter((one) => traitsOf(one)[trait]).length;
  for (const trait of ['late', 'cut', 'replaced'] as const) {
    expect(counts[trait] + traits(read, trait)).toBe(traits(all, trait));
  }
  expect(counts.ok + counts.failed + counts.unfinished + read.length).toBe(all.length);
  const newest = Math.max(0, ...all.map(({ startTimeUs }) => startTimeUs));
  const told = Math.max(counts.newestUs, ...read.map(({ startTimeUs }) => startTimeUs));
  expect(told).toBeGreaterThanOrEqual(newest);
  if (counts.isNewestKnown) {
    expect(told).toBe(newest);
  }
  return counts.isNewestKnown;
}

function traitsOf(one: Invocation & { readonly replaced?: true }): RunTraits {
  const { startTimeUs, durationUs, retCode, logCutBytes, replaced = false } = one;
  const late = INGEST_TIME_MS * 1000 - (startTimeUs + durationUs) > 300_000_000;
  return { startTimeUs, retCode, late, cut: logCutBytes > 0, replaced };
}

/** What a store would tell of these records. */
function storedOf(records: readonly Invocation[]): StoredTally {
  const rows = records.map((one) => ({
    namespace: one.namespace,
    functionName: one.functionName,
    status: one.retCode === 0 ? 'ok' : one.retCode === 2 ? 'unfinished' : 'failed',
    hour: Math.floor(one.startTimeUs / HOUR_US),
    runs: 1,
    lateRuns: traitsOf(one).late ? 1 : 0,
    cutRuns: traitsOf(one).cut ? 1 : 0,
    replacedRuns: 0,
    newestUs: one.startTimeUs,
  })) as StoredTally['hours'];
  return { totals: rows, hours: rows, firstHour: Number.NEGATIVE_INFINITY };
}

describe('a tally', () => {
  test('counts what was stored, written and replaced', () => {
    let completed = 0;
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 30 }),
        fc.array(record, { maxLength: 30 }),
        fc.array(filter, { minLength: 1, maxLength: 10 }),
        (stored, written, asked) => {
          const tally = new MatchTally();
          tally.restart();
          // Half of it is written before it is known what was stored.
          const half = Math.floor(written.length / 2);
          tally.addBlock(InvocationBlock.of(written.slice(0, half)), NEW);
          expect(tally.count({ namespace: 'default' })).toBeUndefined();
          tally.load(storedOf(stored));
          const ended = stored.slice(0, 5);
          const replacing = ended.map((one, index) => ({
            ...one,
            startTimeUs: one.startTimeUs + index * HOUR_US,
            retCode: RET_CODES.failed,
            replaced: true as const,
          }));
          const places = new Map(ended.map((one, index) => [index + 1, traitsOf(one)]));
          tally.addBlock(InvocationBlock.of(replacing), {
            ...NEW,
            replaces: [...places.keys()],
            replaced: places,
          });
          tally.addBlock(InvocationBlock.of(written.slice(half)), NEW);
          const records = [...stored.slice(5), ...replacing, ...written];
          for (const one of asked) {
            expectRight(tally, records, one);
            completed += expectComplete(tally, records, one) ? 1 : 0;
          }
        },
      ),
    );
    expect(completed).toBeGreaterThan(0);
  });

  test('is right or silent where the oldest hours are forgotten', () => {
    let answered = 0;
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 20, maxLength: 60 }),
        fc.array(filter, { minLength: 5, maxLength: 10 }),
        (written, asked) => {
          const tally = new MatchTally({ hourCellsMax: 20 });
          tally.restart();
          tally.load(NOTHING);
          for (const one of written) {
            tally.addBlock(InvocationBlock.of([one]), NEW);
          }
          for (const one of asked) {
            answered += expectRight(tally, written, one) ? 1 : 0;
            expectComplete(tally, written, one);
          }
        },
      ),
    );
    expect(answered).toBeGreaterThan(0);
  });

  test('does not answer what it does not know', () => {
    const tally = new MatchTally();
    tally.restart();
    tally.load(storedOf([buildInvocation({ retCode: 2 })]));
    for (const more of [
      { requestId: 'r' },
      { qualifier: '1' },
      { statusCodes: [200] },
      { status: 'running' },
      { status: 'lost' },
    ] as const) {
      expect(tally.count({ namespace: 'default', ...more })).toBeUndefined();
    }
    expect(tally.count({ namespace: 'default' })).toEqual({ runs: 1, edges: [] });
  });
});
