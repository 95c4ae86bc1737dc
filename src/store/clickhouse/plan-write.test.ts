import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import { type Invocation, identityKey } from '../../domain/invocation.ts';
import { InvocationBlock } from '../../domain/invocation-block.ts';
import { type IncomingRecord, type KnownRecord, planWrite } from './plan-write.ts';

const WINDOW_US = 1_000;
const START_US = 1_000_000;

function recordOf(given: Partial<Invocation> = {}): Invocation {
  return buildInvocation({ requestId: 'r', startTimeUs: START_US, ...given });
}

const running = recordOf({ retCode: 2, statusCode: 0, invokeFinished: false });
const finished = recordOf();

function incoming(invocation: Invocation): IncomingRecord {
  const { startTimeUs, invokeFinished } = invocation;
  const contentHash = InvocationBlock.of([invocation]).numberAt(0, 'contentHash');
  return { identity: identityKey(invocation), startTimeUs, invokeFinished, contentHash };
}

/** A record as the store would hold it. */
function storedAs(seq: number, invocation: Invocation): KnownRecord {
  const { identity: _identity, ...known } = incoming(invocation);
  return { seq, ...known };
}

/** The plan, with the records in place of their indexes. */
function planOf(batch: readonly Invocation[], stored: readonly KnownRecord[] = []) {
  const known = new Map(stored.length === 0 ? [] : [[identityKey(finished), stored]]);
  const plan = planWrite(batch.map(incoming), known, { identityWindowUs: WINDOW_US });
  const rows = plan.writes.map(({ index, replaces }) => ({ replaces, ...batch[index] }));
  return { outcomes: plan.outcomes, rows };
}

describe('a record that is new', () => {
  test('is written with the next sequence', () => {
    const plan = planOf([recordOf({ requestId: 'a' }), recordOf({ requestId: 'b' })]);
    expect(plan.outcomes).toEqual(['accepted', 'accepted']);
    expect(plan.rows).toMatchObject([
      { replaces: 0, requestId: 'a' },
      { replaces: 0, requestId: 'b' },
    ]);
  });

  test.each([
    ['namespace', { namespace: 'other' }],
    ['function', { functionName: 'other' }],
    ['request id', { requestId: 'other' }],
    ['retry', { retryNum: 1 }],
  ])('is another run by its %s', (_what, given) => {
    expect(planOf([finished, recordOf(given)]).outcomes).toEqual(['accepted', 'accepted']);
  });

  test('is the same run at another version of the function', () => {
    expect(planOf([finished, recordOf({ qualifier: '2' })]).outcomes).toEqual([
      'accepted',
      'replaced',
    ]);
  });
});

describe('nothing', () => {
  test('changes nothing', () => {
    expect(planOf([])).toEqual({ rows: [], outcomes: [] });
  });
});

describe('a record sent again', () => {
  test('in the same batch is written once', () => {
    const plan = planOf([finished, finished, finished]);
    expect(plan.outcomes).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect(plan.rows).toHaveLength(1);
  });

  test('after it was stored is not written', () => {
    const plan = planOf([finished], [storedAs(7, finished)]);
    expect(plan).toEqual({ rows: [], outcomes: ['duplicate'] });
  });
});

describe('a run that was stored as running', () => {
  test('gives way to its end', () => {
    const plan = planOf([finished], [storedAs(7, running)]);
    expect(plan.outcomes).toEqual(['replaced']);
    expect(plan.rows).toMatchObject([{ replaces: 7, retCode: 0 }]);
  });

  test('gives way to its end in the same batch, as one row', () => {
    const plan = planOf([running, finished]);
    expect(plan.outcomes).toEqual(['accepted', 'replaced']);
    expect(plan.rows).toMatchObject([{ replaces: 0, retCode: 0 }]);
  });
});

describe('a run that is known to have finished', () => {
  test('does not go on running because of late news', () => {
    expect(planOf([running], [storedAs(7, finished)])).toMatchObject({
      outcomes: ['duplicate'],
      rows: [],
    });
    expect(planOf([finished, running])).toMatchObject({
      outcomes: ['accepted', 'duplicate'],
      rows: [{ retCode: 0 }],
    });
    expect(planOf([finished, running], [storedAs(7, running)])).toMatchObject({
      outcomes: ['replaced', 'duplicate'],
      rows: [{ replaces: 7, retCode: 0 }],
    });
  });

  test('gives way to another end', () => {
    const corrected = recordOf({ log: 'more' });
    expect(planOf([corrected], [storedAs(7, finished)])).toMatchObject({
      outcomes: ['replaced'],
      rows: [{ replaces: 7, log: 'more' }],
    });
  });
});

describe('a chain of replacements', () => {
  test('in one batch is one row with the last content, in place of the stored one', () => {
    const [one, two] = [recordOf({ log: 'one' }), recordOf({ log: 'two' })];
    const plan = planOf([one, two, two], [storedAs(7, running)]);
    expect(plan.outcomes).toEqual(['replaced', 'replaced', 'duplicate']);
    expect(plan.rows).toMatchObject([{ replaces: 7, log: 'two' }]);
  });

  test('leaves other records of the batch their sequences', () => {
    const other = recordOf({ requestId: 'other' });
    const plan = planOf([running, other, finished]);
    expect(plan.outcomes).toEqual(['accepted', 'accepted', 'replaced']);
    expect(plan.rows.map(({ requestId, retCode }) => [requestId, retCode])).toEqual([
      ['r', 0],
      ['other', 0],
    ]);
  });
});

describe('the same request id', () => {
  test.each([
    ['at the edge of the window', WINDOW_US, 'replaced'],
    ['before it, at the edge of the window', -WINDOW_US, 'replaced'],
    ['beyond the window', WINDOW_US + 1, 'accepted'],
    ['before it, beyond the window', -WINDOW_US - 1, 'accepted'],
  ])('%s', (_where, apartUs, outcome) => {
    const later = recordOf({ startTimeUs: START_US + apartUs });
    expect(planOf([later], [storedAs(7, finished)]).outcomes).toEqual([outcome]);
    expect(planOf([finished, later]).outcomes).toEqual(['accepted', outcome]);
  });

  test('with two stored runs near by replaces the nearer', () => {
    const stored = [
      storedAs(7, recordOf({ startTimeUs: START_US - 600 })),
      storedAs(8, recordOf({ startTimeUs: START_US + 500 })),
    ];
    for (const known of [stored, stored.toReversed()]) {
      const plan = planOf([finished], known);
      expect(plan.outcomes).toEqual(['replaced']);
      expect(plan.rows).toMatchObject([{ replaces: 8 }]);
    }
  });

  test('of two runs far apart leaves each its own record', () => {
    const far = START_US + 10 * WINDOW_US;
    const stored = [storedAs(7, running), storedAs(8, { ...running, startTimeUs: far })];
    const plan = planOf([recordOf({ startTimeUs: far }), finished], stored);
    expect(plan.outcomes).toEqual(['replaced', 'replaced']);
    expect(plan.rows).toMatchObject([{ replaces: 8 }, { replaces: 7 }]);
  });
});
