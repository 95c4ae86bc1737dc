import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventMeaning } from './lambda-event.ts';
import { SandboxRuns } from './sandbox-runs.ts';

const log: EventMeaning = { role: 'log', facts: {} };
const init: EventMeaning = { role: 'init', facts: { extra: { runtime: 'n' } } };
const loaded: EventMeaning = { role: 'loaded', facts: { initDurationUs: 5 } };
const failure: EventMeaning = { role: 'log', facts: { retCode: 1 } };
const start = (requestId: string): EventMeaning => ({ role: 'start', requestId, facts: {} });
const end = (requestId: string): EventMeaning => ({ role: 'end', requestId, facts: {} });
const named = (requestId: string): EventMeaning => ({ role: 'log', requestId, facts: {} });

/** The run, the place and the facts of each event, in the order of the events. */
function runsOf(...meanings: EventMeaning[]): unknown[] {
  const sandbox = { namespace: 'default', stream: 'one', source: 'test', facts: {} };
  const runs = new SandboxRuns(sandbox, 'resize');
  const candidates = meanings.flatMap((meaning, index) => [
    ...runs.take({
      line: index,
      bytes: 1,
      timeUs: index,
      meaning,
      lines: meaning.role === 'init' ? [] : [{ timeUs: index, text: `line ${index}` }],
    }),
  ]);
  return [...candidates, ...runs.rest()]
    .sort((a, b) => a.line - b.line)
    .map((candidate) => {
      if ('unreadable' in candidate) {
        throw new Error(candidate.unreadable);
      }
      const { requestId, facts } = candidate.fragment;
      return Object.keys(facts).length === 0
        ? [candidate.line, requestId]
        : [candidate.line, requestId, facts];
    });
}

describe('an event that names no run', () => {
  test('is of the run that began last, also after its end', () => {
    expect(runsOf(start('a'), log, end('a'), log, start('b'), log)).toEqual([
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
      [3, 'a'],
      [4, 'b'],
      [5, 'b'],
    ]);
  });

  test.each([
    ['end', end('a')],
    ['a line', named('a')],
  ])('is of a run that began in an earlier request and of which %s follows', (_what, next) => {
    expect(runsOf(log, failure, next, log)).toEqual([
      [0, 'a'],
      [1, 'a', { retCode: 1 }],
      [2, 'a'],
      [3, 'a'],
    ]);
  });

  test('is only of its stream where a start follows, or nothing', () => {
    expect(runsOf(log, failure, start('b'))).toEqual([
      [0, undefined],
      [1, undefined, { retCode: 1 }],
      [2, 'b'],
    ]);
    expect(runsOf(log)).toEqual([[0, undefined]]);
  });
});

describe('while the function loads', () => {
  test('events are of the run that begins next, which learns how loading went', () => {
    expect(runsOf(log, init, log, failure, loaded, start('a'), start('b'))).toEqual([
      [0, undefined],
      [2, 'a'],
      [3, 'a'],
      [4, 'a'],
      [5, 'a', { initDurationUs: 5, extra: { runtime: 'n' } }],
      [6, 'b'],
    ]);
  });

  test('the beginning may have been in an earlier request', () => {
    expect(runsOf(log, loaded, start('a'))).toEqual([
      [0, 'a'],
      [1, 'a'],
      [2, 'a', { initDurationUs: 5 }],
    ]);
  });

  test('news of an earlier run changes nothing', () => {
    expect(runsOf(init, log, end('a'), log, start('b'))).toEqual([
      [1, 'b'],
      [2, 'a'],
      [3, 'b'],
      [4, 'b', { extra: { runtime: 'n' } }],
    ]);
  });

  test('events are only of their stream where no run begins', () => {
    expect(runsOf(init, failure, loaded)).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test('again after a run, they are of the next; within a run that goes on, of that one', () => {
    expect(runsOf(start('a'), end('a'), init, log, start('b'))).toEqual([
      [0, 'a'],
      [1, 'a'],
      [3, 'b'],
      [4, 'b', { extra: { runtime: 'n' } }],
    ]);
    expect(runsOf(start('a'), init, log, loaded, end('a'), start('b'))).toEqual([
      [0, 'a'],
      [2, 'a'],
      [3, 'a'],
      [4, 'a'],
      [5, 'b'],
    ]);
  });
});

interface DrawnRun {
  readonly isCold: boolean;
  /** How many lines it logs while it loads, and after its end. */
  readonly loading: number;
  readonly tail: number;
  /** Whether each of its lines names it. */
  readonly lines: readonly boolean[];
}

/** What a sandbox logs of one run, each event with the run that it is truly of. */
function eventsOf(
  requestId: string,
  { isCold, loading, lines, tail }: DrawnRun,
): [run: string, meaning: EventMeaning][] {
  const meanings = [
    ...(isCold ? [init, ...Array<EventMeaning>(loading).fill(log)] : []),
    start(requestId),
    ...lines.map((isNamed) => (isNamed ? named(requestId) : log)),
    end(requestId),
    ...Array<EventMeaning>(tail).fill(log),
  ];
  return meanings.map((meaning) => [requestId, meaning]);
}

test('however its events are spread over requests, none is given to another run', () => {
  const run = fc.record({
    isCold: fc.boolean(),
    loading: fc.nat(3),
    lines: fc.array(fc.boolean(), { maxLength: 4 }),
    tail: fc.nat(2),
  });
  const cuts = fc.array(fc.nat(60), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 6 }), cuts, (runs, places) => {
      const events = runs.flatMap((one, index) => eventsOf(`run ${index}`, one));
      const borders = [0, ...places.sort((a, b) => a - b), events.length];
      borders.slice(1).forEach((to, index) => {
        const part = events.slice(borders[index], to);
        const found = runsOf(...part.map(([, meaning]) => meaning)) as [
          number,
          string | undefined,
        ][];
        for (const [place, requestId] of found) {
          expect([undefined, part[place]?.[0]]).toContain(requestId);
        }
        // After a start nothing stays open but what a loading that has not come to its run logs.
        const roles = part.map(([, { role }]) => role);
        const firstStart = roles.indexOf('start');
        const lastBorder = roles.findLastIndex((role) => role === 'init' || role === 'start');
        const open = found.filter(
          ([place, requestId]) =>
            requestId === undefined &&
            firstStart >= 0 &&
            place >= firstStart &&
            (place < lastBorder || roles[lastBorder] === 'start'),
        );
        expect(open).toEqual([]);
      });
    }),
    { numRuns: 500 },
  );
});
