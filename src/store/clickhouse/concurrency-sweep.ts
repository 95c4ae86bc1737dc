// How many runs go on at once, from where each begins and ends: the number rises by one at each start
// and falls by one at each end, so it is largest at a start, or at the begin of a slice.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Concurrency } from '../../domain/run-charts.ts';

/** Passed in one go; more would hold up the event loop. */
const RUNS_IN_A_TURN = 500_000;

/** Slices begin at multiples of `stepUs`; the first one and the last one count within the window. */
export interface SlicedWindow {
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly stepUs: number;
}

/** Runs of a window: when each begins, the earliest first, and when it ends. */
export interface RunTimes {
  /** Before the window they count from its begin on. */
  readonly startsUs: Float64Array;
  /** None is before or at the window's begin. */
  readonly endsUs: Float64Array;
}

/** What goes on in a slice, as far as it lies in a window. */
export interface SliceConcurrency {
  /** When the slice begins, be it before the window. */
  readonly timeUs: number;
  /** The most runs at one moment, and the first such moment. */
  readonly most: number;
  readonly mostAtUs: number;
  /** Runs times microseconds. */
  readonly area: number;
  /** Runs that began in it, and those that began before and still went on. */
  readonly begun: number;
  readonly carried: number;
}

/** @returns every slice that the window touches */
export async function sweepConcurrency(
  { startsUs, endsUs }: RunTimes,
  window: SlicedWindow,
): Promise<SliceConcurrency[]> {
  const { sinceUs, untilUs, stepUs } = window;
  const firstUs = Math.floor(sinceUs / stepUs) * stepUs;
  const length = Math.ceil((untilUs - firstUs) / stepUs);
  const ends = await countEnds({ startsUs, endsUs }, { ...window, firstUs, length });
  const slices: SliceConcurrency[] = [];
  let [started, ended, endedAtBegin] = [0, 0, 0];
  for (let slice = 0; slice < length; slice++) {
    const timeUs = firstUs + slice * stepUs;
    const fromUs = Math.max(timeUs, sinceUs);
    const toUs = Math.min(timeUs + stepUs, untilUs);
    endedAtBegin += ends.atBegin[slice] ?? 0;
    while ((startsUs[started] ?? untilUs) < fromUs) {
      ended += ends.atStart[started] ?? 0;
      started += 1;
    }
    const startedBefore = started;
    while ((startsUs[started] ?? untilUs) <= fromUs) {
      ended += ends.atStart[started] ?? 0;
      started += 1;
    }
    let [most, mostAtUs] = [started - endedAtBegin, fromUs];
    let area = most * (toUs - fromUs) - (ends.area[slice] ?? 0);
    let startUs = startsUs[started] ?? untilUs;
    while (startUs < toUs) {
      ended += ends.atStart[started] ?? 0;
      started += 1;
      area += toUs - startUs;
      if (started - ended > most) {
        [most, mostAtUs] = [started - ended, startUs];
      }
      startUs = startsUs[started] ?? untilUs;
    }
    const [begun, carried] = [started - startedBefore, startedBefore - endedAtBegin];
    slices.push({ timeUs, most, mostAtUs, area, begun, carried });
  }
  return slices;
}

/** @param slices of a window, each of them within one step of it; those without runs may be left out */
export function concurrencyOf(
  slices: readonly SliceConcurrency[],
  { sinceUs, untilUs, stepUs }: SlicedWindow,
): Omit<Concurrency, 'asOf'> {
  const firstUs = Math.floor(sinceUs / stepUs) * stepUs;
  const steps = Array.from({ length: Math.ceil((untilUs - firstUs) / stepUs) }, () => ({
    most: 0,
    area: 0,
  }));
  let [max, maxAtUs, runs] = [0, sinceUs, 0];
  for (const { timeUs, most, mostAtUs, area, begun, carried } of slices) {
    const step = steps[Math.floor((timeUs - firstUs) / stepUs)];
    if (step !== undefined) {
      step.most = Math.max(step.most, most);
      step.area += area;
      runs += begun + (timeUs <= sinceUs ? carried : 0);
      if (most > max || (most === max && mostAtUs < maxAtUs)) {
        [max, maxAtUs] = [most, mostAtUs];
      }
    }
  }
  const points = steps.map(({ most, area }, nth) => {
    const timeUs = firstUs + nth * stepUs;
    const lengthUs = Math.min(timeUs + stepUs, untilUs) - Math.max(timeUs, sinceUs);
    return { timeUs, max: most, mean: area / lengthUs };
  });
  return { max, maxAtUs, runs, points };
}

interface Ends {
  /** How many runs are over at each start, and were not at the one before. */
  readonly atStart: Uint32Array;
  /** The same at the begin of each slice. */
  readonly atBegin: Uint32Array;
  /** In each slice: runs times microseconds that go by after an end. */
  readonly area: Float64Array;
}

async function countEnds(
  { startsUs, endsUs }: RunTimes,
  { untilUs, stepUs, firstUs, length }: SlicedWindow & { firstUs: number; length: number },
): Promise<Ends> {
  const atStart = new Uint32Array(startsUs.length + 1);
  const atBegin = new Uint32Array(length + 1);
  const area = new Float64Array(length);
  for (let run = 0; run < endsUs.length; run++) {
    const endUs = endsUs[run] ?? 0;
    if (endUs < untilUs) {
      const start = firstFrom(startsUs, endUs, run + 1);
      atStart[start] = (atStart[start] ?? 0) + 1;
      const begin = Math.ceil((endUs - firstUs) / stepUs);
      atBegin[begin] = (atBegin[begin] ?? 0) + 1;
      const toUs = Math.min(firstUs + begin * stepUs, untilUs);
      area[begin - 1] = (area[begin - 1] ?? 0) + (toUs - endUs);
    }
    if (run % RUNS_IN_A_TURN === RUNS_IN_A_TURN - 1) {
      await nextTurn();
    }
  }
  return { atStart, atBegin, area };
}

/**
 * Most ends lie but a few starts after their own, so the search begins there and goes on in steps twice as
 * long each time.
 *
 * @returns the first place from `begin` on with a start at this moment or later; the length where none is
 */
function firstFrom(startsUs: Float64Array, momentUs: number, begin: number): number {
  let low = begin;
  let step = 1;
  while (low + step <= startsUs.length && (startsUs[low + step - 1] ?? momentUs) < momentUs) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, startsUs.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startsUs[middle] ?? momentUs) < momentUs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
