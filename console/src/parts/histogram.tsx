// Runs over time by how they ended; a drag chooses a window.

import { useMemo } from 'preact/hooks';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import type { TimeSlices } from '../state/time-statistics.ts';
import { Chart, type ChartLine } from './chart.tsx';

export function Histogram({ of }: { readonly of: TimeSlices }) {
  const lines = useMemo(() => linesOf(of), [of]);
  return (
    <section class="panel" aria-label={t('histogram')}>
      <Chart
        title={t('histogram')}
        times={of.times}
        lines={lines}
        stepSeconds={of.step}
        height={130}
        format={count}
        note={t('histogramHint')}
      />
    </section>
  );
}

function linesOf({ groups }: TimeSlices): ChartLine[] {
  const bar = (values: readonly number[]) => ({ values, isBar: true });
  return [
    { label: t('ok'), color: 'ok-fill', ...bar(groups.map((group) => group?.ok ?? 0)) },
    { label: t('failed'), color: 'failed-fill', ...bar(groups.map((group) => group?.failed ?? 0)) },
    {
      label: t('running'),
      color: 'running-fill',
      ...bar(groups.map((group) => (group?.running ?? 0) + (group?.lost ?? 0))),
    },
  ];
}
