// Runs over time by how they ended; a drag chooses a window.

import { useMemo } from 'preact/hooks';
import { ask } from '../api/client.ts';
import type { Statistics } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { stepSeconds, type Window } from '../lib/time.ts';
import { useQuestion } from '../state/question.ts';
import { scope, shownWindow } from '../state/window.ts';
import { Chart, type ChartLine } from './chart.tsx';

interface HistogramProps {
  readonly functionName?: string | undefined;
  readonly qualifier?: string | undefined;
}

const SLICES = 120;

export function Histogram({ functionName, qualifier }: HistogramProps) {
  const step = stepSeconds(shownWindow.value, SLICES);
  const state = useQuestion(() => {
    const question = {
      ...scope.value,
      functionName,
      qualifier,
      groupBy: 'time',
      step: `${stepSeconds(shownWindow.value, SLICES)}s`,
    };
    return (signal) => ask('/api/v1/stats', question, signal);
  });
  const { answer } = state.value;
  const window = shownWindow.value;
  const slices = useMemo(
    () => slicesOf(answer, window, step),
    [answer, window.sinceMs, window.untilMs, step],
  );
  const lines = useMemo<ChartLine[]>(
    () => [
      { label: t('ok'), color: 'ok-fill', values: slices.ok, isBar: true },
      { label: t('failed'), color: 'failed-fill', values: slices.failed, isBar: true },
      { label: t('running'), color: 'running-fill', values: slices.open, isBar: true },
    ],
    [slices],
  );
  return (
    <section class="panel" aria-label={t('histogram')}>
      <Chart
        title={t('histogram')}
        times={slices.times}
        lines={lines}
        stepSeconds={step}
        height={130}
        format={count}
      />
      <div class="legend">
        {(['ok', 'failed', 'running'] as const).map((name) => (
          <span key={name}>
            <i class={name} />
            {t(name)}
          </span>
        ))}
        <span>{t('histogram')}</span>
      </div>
    </section>
  );
}

/** Every slice of the window, those without runs too. */
function slicesOf(answer: Statistics | undefined, window: Window, step: number) {
  const byTime = new Map(
    (answer?.groups ?? []).map((group) => [Date.parse(group.time ?? '') / 1000, group]),
  );
  const first = Math.floor(window.sinceMs / 1000 / step) * step;
  const length = Math.max(1, Math.ceil((window.untilMs / 1000 - first) / step));
  const times = Array.from({ length }, (_, at) => first + at * step);
  const of = times.map((time) => byTime.get(time));
  return {
    times,
    ok: of.map((group) => group?.ok ?? 0),
    failed: of.map((group) => group?.failed ?? 0),
    open: of.map((group) => (group?.running ?? 0) + (group?.lost ?? 0)),
  };
}
