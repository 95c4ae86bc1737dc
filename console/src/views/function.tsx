// One function: how long its runs take and how much memory, how many at once, by version.

import { useEffect, useMemo } from 'preact/hooks';
import { ask } from '../api/client.ts';
import type { Concurrency, Statistics } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { bytes, count, duration, money, percent, trimmed } from '../lib/format.ts';
import { shown } from '../lib/log-lines.ts';
import { stepSeconds } from '../lib/time.ts';
import { Chart, type ChartLine } from '../parts/chart.tsx';
import { HeatMap } from '../parts/heat-map.tsx';
import { Histogram } from '../parts/histogram.tsx';
import { NoMatch } from '../parts/no-match.tsx';
import { Troubles } from '../parts/states.tsx';
import { TimePicker } from '../parts/time-picker.tsx';
import { readClock } from '../state/clock.ts';
import { useQuestion } from '../state/question.ts';
import { linkTo } from '../state/route.ts';
import { CHART_SLICES, type TimeSlices, useTimeSlices } from '../state/time-statistics.ts';
import { scope, shownWindow } from '../state/window.ts';

type Group = Statistics['groups'][number];
interface NamedProps {
  readonly name: string;
}

export function FunctionView({ name }: NamedProps) {
  useEffect(readClock, []);
  const state = useQuestion(() => {
    const question = { ...scope.value, functionName: name };
    return (signal) => ask('/api/v1/stats', question, signal);
  });
  const [figures] = state.value.answer?.groups ?? [];
  const slices = useTimeSlices(() => ({ functionName: name })).value;
  return (
    <>
      <div class="row spread">
        <h1>{shown(name)}</h1>
        <div class="row">
          <a class="button" href={linkTo('invocations', '', { functionName: name })}>
            {t('invocations')}
          </a>
          <a class="button" href={linkTo('errors', '', { functionName: name })}>
            {t('errors')}
          </a>
          <TimePicker />
        </div>
      </div>
      <Troubles of={state.value} />
      {figures === undefined ? null : <Figures of={figures} />}
      {figures?.runs === 0 ? (
        <section class="panel flush">
          <NoMatch />
        </section>
      ) : (
        <>
          <Histogram of={slices} />
          <div class="grid">
            <Percentiles of={slices} />
            <CostChart of={slices} />
            <ConcurrencyChart name={name} />
            <Spread name={name} of="duration" />
            <Spread name={name} of="memUsage" />
            <Versions name={name} />
          </div>
        </>
      )}
    </>
  );
}

function Figures({ of }: { readonly of: Group }) {
  const { runs, failed, duration: took, memory, coldStarts, billedGbSeconds, price } = of;
  const figures: readonly (readonly [string, string])[] = [
    [t('runs'), count(runs)],
    [t('failureShare'), runs === 0 ? '–' : percent(failed / runs)],
    [t('p50'), took === undefined ? '–' : duration(took.p50)],
    [t('p95'), took === undefined ? '–' : duration(took.p95)],
    [t('p99'), took === undefined ? '–' : duration(took.p99)],
    [t('max'), took === undefined ? '–' : duration(took.max)],
    [t('memory'), memory === undefined ? '–' : bytes(memory.p95)],
    [t('coldStarts'), count(coldStarts)],
    [
      t('cost'),
      price === undefined
        ? `${trimmed(billedGbSeconds)} ${t('gbSeconds')}`
        : money(price.amount, price.currency),
    ],
  ];
  return (
    <dl class="panel figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Percentiles({ of }: { readonly of: TimeSlices }) {
  const lines = useMemo(() => percentileLines(of), [of]);
  return (
    <section class="panel">
      <h2>{t('percentiles')}</h2>
      <Chart
        title={t('percentiles')}
        times={of.times}
        lines={lines}
        stepSeconds={of.step}
        height={200}
        format={duration}
        isLogarithmic
      />
    </section>
  );
}

function percentileLines({ groups }: TimeSlices): ChartLine[] {
  const lineOf = (of: 'p50' | 'p95' | 'p99', color: string): ChartLine => ({
    label: of,
    color,
    // A logarithm has no place for 0.
    values: groups.map((group) => group?.duration?.[of] || null),
  });
  return [lineOf('p50', 'ok-fill'), lineOf('p95', 'accent'), lineOf('p99', 'failed-fill')];
}

/** In money where the server knows prices, in gigabyte-seconds elsewhere. */
function CostChart({ of }: { readonly of: TimeSlices }) {
  const price = of.groups.find((group) => group?.price !== undefined)?.price;
  const lines = useMemo((): ChartLine[] => {
    const values = of.groups.map((group) => group?.price?.amount ?? group?.billedGbSeconds ?? 0);
    return [{ label: t('cost'), color: 'accent', values, isBar: true }];
  }, [of]);
  return (
    <section class="panel">
      <h2>
        {t('cost')} <span class="muted">{price?.currency ?? t('gbSeconds')}</span>
      </h2>
      <Chart
        title={t('cost')}
        times={of.times}
        lines={lines}
        stepSeconds={of.step}
        height={200}
        format={(value) => (price === undefined ? trimmed(value) : money(value, price.currency))}
      />
    </section>
  );
}

function ConcurrencyChart({ name }: NamedProps) {
  const state = useQuestion(() => {
    const question = { ...scope.value, functionName: name };
    return (signal) => ask('/api/v1/stats/concurrency', question, signal);
  });
  const { answer } = state.value;
  const [times, lines] = useMemo(() => concurrencyLines(answer), [answer]);
  return (
    <section class="panel">
      <h2>{t('concurrency')}</h2>
      <Troubles of={state.value} />
      {answer === undefined ? null : (
        <Chart
          title={t('concurrency')}
          times={times}
          lines={lines}
          stepSeconds={answer.step}
          height={200}
          format={trimmed}
          note={`≤ ${count(answer.max)}`}
        />
      )}
    </section>
  );
}

function concurrencyLines(answer: Concurrency | undefined): [number[], ChartLine[]] {
  const points = answer?.points ?? [];
  return [
    points.map(({ time }) => Date.parse(time) / 1000),
    [
      { label: t('max'), color: 'accent', values: points.map(({ max }) => max) },
      { label: t('mean'), color: 'ok-fill', values: points.map(({ mean }) => mean) },
    ],
  ];
}

function Spread({ name, of }: NamedProps & { readonly of: 'duration' | 'memUsage' }) {
  const title = t(of === 'duration' ? 'heatDuration' : 'heatMemory');
  const state = useQuestion(() => {
    const seconds = stepSeconds(shownWindow.value, CHART_SLICES);
    const question = { ...scope.value, functionName: name, of, step: `${seconds}s` };
    return (signal) => ask('/api/v1/stats/distribution', question, signal);
  });
  const { answer } = state.value;
  return (
    <section class="panel">
      <h2>{title}</h2>
      <Troubles of={state.value} />
      {answer === undefined ? null : <HeatMap of={answer} title={title} />}
    </section>
  );
}

function Versions({ name }: NamedProps) {
  const state = useQuestion(() => {
    const question = { ...scope.value, functionName: name, groupBy: 'qualifier' };
    return (signal) => ask('/api/v1/stats', question, signal);
  });
  const groups = state.value.answer?.groups ?? [];
  return (
    <section class="panel flush" aria-label={t('versions')}>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('versions')}</th>
              {(['runs', 'failureShare', 'p50', 'p95', 'p99', 'coldStarts'] as const).map((key) => (
                <th key={key} scope="col" class="end-aligned">
                  {t(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ qualifier = '', runs, failed, duration: took, coldStarts }) => (
              <tr key={qualifier}>
                <td class="name">
                  <a href={linkTo('invocations', '', { functionName: name, qualifier })}>
                    {shown(qualifier)}
                  </a>
                </td>
                <td class="end-aligned">{count(runs)}</td>
                <td class="end-aligned">{percent(failed / runs)}</td>
                <td class="end-aligned">{took === undefined ? '–' : duration(took.p50)}</td>
                <td class="end-aligned">{took === undefined ? '–' : duration(took.p95)}</td>
                <td class="end-aligned">{took === undefined ? '–' : duration(took.p99)}</td>
                <td class="end-aligned">{count(coldStarts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
