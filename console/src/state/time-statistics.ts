// The figures of a window by equal slices of time, for all charts that are about the same runs.

import { type ReadonlySignal, useComputed } from '@preact/signals';
import { ask, type Parameters } from '../api/client.ts';
import type { Statistics } from '../api/types.ts';
import { stepSeconds, type Window } from '../lib/time.ts';
import { useQuestion } from './question.ts';
import { scope, shownWindow } from './window.ts';

type Group = Statistics['groups'][number];

export const CHART_SLICES = 120;

export interface TimeSlices {
  readonly step: number;
  /** When each slice begins, in seconds since 1970. */
  readonly times: readonly number[];
  /** In the order of the times; undefined where nothing began. */
  readonly groups: readonly (Group | undefined)[];
}

/** @param filter what narrows the runs down, in the API's words; reads the signals that it depends on */
export function useTimeSlices(filter: () => Parameters): ReadonlySignal<TimeSlices> {
  const state = useQuestion(() => {
    const step = `${stepSeconds(shownWindow.value, CHART_SLICES)}s`;
    const question = { ...scope.value, ...filter(), groupBy: 'time', step };
    return (signal) => ask('/api/v1/stats', question, signal);
  });
  return useComputed(() => slicesOf(state.value.answer?.groups ?? [], shownWindow.value));
}

/** Every slice of the window, those without runs too. */
function slicesOf(groups: readonly Group[], window: Window): TimeSlices {
  const step = stepSeconds(window, CHART_SLICES);
  const byTime = new Map(groups.map((group) => [Date.parse(group.time ?? '') / 1000, group]));
  const first = Math.floor(window.sinceMs / 1000 / step) * step;
  const length = Math.max(1, Math.ceil((window.untilMs / 1000 - first) / step));
  const times = Array.from({ length }, (_, at) => first + at * step);
  return { step, times, groups: times.map((time) => byTime.get(time)) };
}
