// Every function with runs in the window; what changed most comes first.

import { useEffect } from 'preact/hooks';
import { ask } from '../api/client.ts';
import type { FunctionOrder, FunctionPage } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count, duration, money, percent, trimmed } from '../lib/format.ts';
import { shown } from '../lib/log-lines.ts';
import { Histogram } from '../parts/histogram.tsx';
import { NoMatch } from '../parts/no-match.tsx';
import { ListPages } from '../parts/page-turner.tsx';
import { Meter, Spark } from '../parts/small-charts.tsx';
import { SortHead } from '../parts/sort-head.tsx';
import { Troubles, Waiting } from '../parts/states.tsx';
import { TimePicker } from '../parts/time-picker.tsx';
import { readClock } from '../state/clock.ts';
import { PAGE_ROWS, pageNumber } from '../state/invocation-query.ts';
import { useQuestion } from '../state/question.ts';
import { change, linkTo, place } from '../state/route.ts';
import { useTimeSlices } from '../state/time-statistics.ts';
import { scope } from '../state/window.ts';

type FunctionRow = FunctionPage['functions'][number];

const orders = [
  'functionName',
  'changed',
  'runs',
  'failed',
  'p95',
  'memory',
  'coldStarts',
  'cost',
] as const satisfies readonly FunctionOrder[];
type Order = (typeof orders)[number];

const heads: Record<Order, Parameters<typeof t>[0]> = {
  functionName: 'function',
  changed: 'changed',
  runs: 'runs',
  failed: 'failureShare',
  p95: 'p95',
  memory: 'headroom',
  coldStarts: 'coldStarts',
  cost: 'cost',
};

function sorting(): { readonly orderBy: Order; readonly order: 'asc' | 'desc' } {
  const { parameters } = place.value;
  const orderBy = orders.find((one) => one === parameters.get('orderBy')) ?? 'changed';
  const given = parameters.get('order');
  const usual = orderBy === 'functionName' ? 'asc' : 'desc';
  return { orderBy, order: given === 'asc' || given === 'desc' ? given : usual };
}

export function OverviewView() {
  useEffect(readClock, []);
  const state = useQuestion(() => {
    const question = {
      ...scope.value,
      ...sorting(),
      limit: PAGE_ROWS,
      offset: (pageNumber.value - 1) * PAGE_ROWS,
    };
    return (signal) => ask('/api/v1/functions', question, signal);
  });
  const slices = useTimeSlices(() => ({ percentiles: false })).value;
  const { answer, error } = state.value;
  return (
    <>
      <div class="row spread">
        <h1>{t('overview')}</h1>
        <TimePicker />
      </div>
      <Troubles of={state.value} />
      <Histogram of={slices} />
      {answer === undefined ? (
        error === undefined && <Waiting />
      ) : (
        <section class="panel flush" aria-label={t('functions')}>
          {answer.total === 0 ? <NoMatch /> : <FunctionTable of={answer} />}
        </section>
      )}
    </>
  );
}

function FunctionTable({ of }: { readonly of: FunctionPage }) {
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {orders.map((order) => (
                <Head key={order} of={order} />
              ))}
              <th scope="col">{t('activity')}</th>
            </tr>
          </thead>
          <tbody>
            {of.functions.map((row) => (
              <Row key={row.functionName} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="foot">
        <span class="number">
          {t('functions')}: {count(of.total)}
        </span>
        <ListPages total={of.total} />
      </div>
    </>
  );
}

function Head({ of }: { readonly of: Order }) {
  const { orderBy, order } = sorting();
  const isSorted = of === orderBy;
  const isText = of === 'functionName';
  const sort = () => {
    const other = order === 'asc' ? 'desc' : 'asc';
    change({ orderBy: of, order: isSorted ? other : isText ? 'asc' : 'desc', page: undefined });
  };
  return (
    <SortHead
      label={t(heads[of])}
      order={isSorted ? order : undefined}
      isEndAligned={!isText}
      title={of === 'changed' ? t('changedHint') : undefined}
      onSort={sort}
    />
  );
}

function Row({ row }: { readonly row: FunctionRow }) {
  const { functionName, runs, failed, duration: took, memory, coldStarts, previous, series } = row;
  const before = previous?.duration?.p95;
  return (
    <tr>
      <td class="name">
        <a href={linkTo('function', functionName)}>{shown(functionName)}</a>
      </td>
      <td class="end-aligned">
        {previous?.runs === 0 ? (
          <span class="muted">{t('newFunction')}</span>
        ) : (
          trimmed(row.changed)
        )}
      </td>
      <td class="end-aligned">
        <a href={linkTo('invocations', '', { functionName })}>{count(runs)}</a>
      </td>
      <td class="end-aligned">
        {failed === 0 ? (
          <span class="muted">0%</span>
        ) : (
          <a
            class="delta worse"
            href={linkTo('invocations', '', { functionName, status: 'failed' })}
          >
            {percent(failed / runs)}
          </a>
        )}
      </td>
      <td class="end-aligned">
        {took === undefined ? '–' : duration(took.p95)} <Delta now={took?.p95} before={before} />
      </td>
      <td class="end-aligned">
        {memory === undefined ? (
          '–'
        ) : (
          <Meter
            used={memory.share > 0 ? memory.share * memory.limit : memory.max}
            limit={memory.limit}
          />
        )}
      </td>
      <td class="end-aligned">
        {coldStarts === 0 ? <span class="muted">0</span> : count(coldStarts)}
      </td>
      <td class="end-aligned">
        {row.price === undefined
          ? `${trimmed(row.billedGbSeconds)} ${t('gbSeconds')}`
          : money(row.price.amount, row.price.currency)}
      </td>
      <td>
        <Spark
          label={`${t('activity')}: ${count(runs)} ${t('runsUnit')}, ${count(failed)} ${t('failed')}`}
          values={series.runs}
          bad={series.failed}
        />
      </td>
    </tr>
  );
}

/** Smaller changes are noise. */
const TELLING = 0.05;

function Delta({
  now,
  before,
}: {
  readonly now: number | undefined;
  readonly before: number | undefined;
}) {
  if (now === undefined || before === undefined || before === 0) {
    return null;
  }
  const change = now / before - 1;
  if (Math.abs(change) < TELLING) {
    return null;
  }
  const kind = change > 0 ? 'worse' : 'better';
  return (
    <span class={`delta ${kind}`} title={t('lastWeek')}>
      {change > 0 ? '+' : '−'}
      {percent(Math.abs(change))}
    </span>
  );
}
