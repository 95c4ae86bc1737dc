// Failed runs by the shape of what went wrong.

import { useEffect } from 'preact/hooks';
import { ask } from '../api/client.ts';
import type { ErrorOrder, ErrorPage } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count, shortDateTime } from '../lib/format.ts';
import { shown } from '../lib/log-lines.ts';
import { Filters } from '../parts/filters.tsx';
import { ListPages } from '../parts/page-turner.tsx';
import { Spark } from '../parts/small-charts.tsx';
import { EmptyState, Troubles, Waiting } from '../parts/states.tsx';
import { TimePicker } from '../parts/time-picker.tsx';
import { readClock } from '../state/clock.ts';
import { filters, PAGE_ROWS, pageNumber } from '../state/invocation-query.ts';
import { useQuestion } from '../state/question.ts';
import { type Changes, change, linkTo, place } from '../state/route.ts';
import { scope } from '../state/window.ts';

const filtersOfErrors = ['functionName', 'search', 'contains', 'regex', 'qualifier'] as const;

/** Those of the address that this view takes. */
function narrowing(): Changes {
  return Object.fromEntries(filtersOfErrors.map((name) => [name, filters.value[name]]));
}

const orders = ['count', 'lastSeen', 'firstSeen'] as const satisfies readonly ErrorOrder[];
const orderTexts = { count: 'countOf', lastSeen: 'lastSeen', firstSeen: 'firstSeen' } as const;

export function ErrorsView() {
  useEffect(readClock, []);
  const state = useQuestion(() => {
    const { parameters } = place.value;
    const question = {
      ...scope.value,
      ...narrowing(),
      orderBy: orders.find((order) => order === parameters.get('orderBy')) ?? 'count',
      limit: PAGE_ROWS,
      offset: (pageNumber.value - 1) * PAGE_ROWS,
    };
    return (signal) => ask('/api/v1/errors', question, signal);
  });
  const { answer, error } = state.value;
  const chosen = place.value.parameters.get('orderBy') ?? 'count';
  return (
    <>
      <div class="row spread">
        <h1>{t('errors')}</h1>
        <div class="row">
          <select
            aria-label={t('sortBy')}
            value={chosen}
            onChange={({ currentTarget }) =>
              change({ orderBy: currentTarget.value, page: undefined })
            }
          >
            {orders.map((order) => (
              <option key={order} value={order}>
                {t(orderTexts[order])}
              </option>
            ))}
          </select>
          <TimePicker />
        </div>
      </div>
      <Filters names={filtersOfErrors} />
      <Troubles of={state.value} />
      {answer === undefined ? (
        error === undefined && <Waiting />
      ) : (
        <section class="panel flush" aria-label={t('errorShapes')}>
          {answer.total === 0 ? <EmptyState title={t('noErrors')} /> : <ErrorTable of={answer} />}
        </section>
      )}
    </>
  );
}

function ErrorTable({ of }: { readonly of: ErrorPage }) {
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('shape')}</th>
              <th scope="col" class="end-aligned">
                {t('countOf')}
              </th>
              <th scope="col">{t('trend')}</th>
              <th scope="col" class="end-aligned">
                {t('functions')}
              </th>
              <th scope="col">{t('firstSeen')}</th>
              <th scope="col">{t('lastSeen')}</th>
              <th scope="col">{t('example')}</th>
            </tr>
          </thead>
          <tbody>
            {of.errors.map((error) => (
              <Row key={error.shapeId} error={error} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="foot">
        <span class="number">
          {t('errorShapes')}: {count(of.total)} · {t('failedRuns')}: {count(of.runs)}
        </span>
        <ListPages total={of.total} />
      </div>
    </>
  );
}

function Row({ error }: { readonly error: ErrorPage['errors'][number] }) {
  const { shapeId, shape, count: runs, trend, functions, firstSeen, lastSeen, example } = error;
  return (
    <tr>
      <td class="shape" title={shown(example.message)}>
        <a
          href={linkTo('invocations', '', {
            ...narrowing(),
            errorShape: shapeId,
            status: 'failed',
          })}
          title={t('showRuns')}
        >
          {shown(shape)}
        </a>
      </td>
      <td class="end-aligned">{count(runs)}</td>
      <td>
        <Spark label={`${t('trend')}: ${count(runs)}`} values={trend} bad={trend} />
      </td>
      <td class="end-aligned">{count(functions)}</td>
      <td class="number">{shortDateTime(Date.parse(firstSeen))}</td>
      <td class="number">{shortDateTime(Date.parse(lastSeen))}</td>
      <td class="name">
        <a href={linkTo('run', example.requestId)}>{shown(example.functionName)}</a>
      </td>
    </tr>
  );
}
