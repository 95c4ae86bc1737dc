// The runs of a window: how many when, and one page of them.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api/client.ts';
import type { Invocation } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { Columns } from '../parts/columns.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Filters } from '../parts/filters.tsx';
import { Histogram } from '../parts/histogram.tsx';
import { NoMatch } from '../parts/no-match.tsx';
import { type NumberedPage, Pager } from '../parts/pager.tsx';
import { RunDetails } from '../parts/run-details.tsx';
import { keyOf, RunTable } from '../parts/run-table.tsx';
import { Troubles, Waiting } from '../parts/states.tsx';
import { TimePicker } from '../parts/time-picker.tsx';
import { readClock } from '../state/clock.ts';
import { filters, pageNumber, pageQuestion, shownMark } from '../state/invocation-query.ts';
import { onKey } from '../state/keys.ts';
import { followError, followRuns, isLive, newRuns, showNewRuns } from '../state/live.ts';
import { useQuestion } from '../state/question.ts';
import { change, NEWEST, place } from '../state/route.ts';
import { useTimeSlices } from '../state/time-statistics.ts';

export function InvocationsView() {
  useEffect(readClock, []);
  const state = useQuestion(() => {
    const [question, page] = [pageQuestion.value, pageNumber.value];
    return async (signal) => ({ ...(await ask('/api/v1/invocations', question, signal)), page });
  });
  const { answer, error } = state.value;
  useEffect(() => followRuns(() => state.value.answer?.asOf), []);
  const slices = useTimeSlices(() => ({
    ...filters.value,
    asOf: shownMark.value,
    percentiles: false,
  })).value;
  return (
    <>
      <div class="row spread">
        <h1>{t('invocations')}</h1>
        <div class="row">
          <button
            type="button"
            aria-pressed={isLive.value}
            title={t('liveOff')}
            onClick={() =>
              change(
                isLive.value
                  ? { live: undefined, ...NEWEST }
                  : // What comes in is after the end that a window may have.
                    { live: '1', until: undefined, ...NEWEST },
              )
            }
          >
            ● {t('live')}
          </button>
          <Columns />
          <TimePicker />
        </div>
      </div>
      <Filters />
      <Troubles of={state.value} />
      {followError.value === undefined ? null : (
        <Troubles of={{ away: false, error: followError.value }} />
      )}
      {newRuns.value > 0 ? (
        <p class="notice new" role="status">
          {count(newRuns.value)} {t('newRuns')}
          <button type="button" onClick={showNewRuns}>
            {t('showNew')}
          </button>
        </p>
      ) : null}
      <Histogram of={slices} />
      <Page answer={answer} isRefused={error !== undefined} />
      <OpenRun />
    </>
  );
}

interface PageProps {
  readonly answer: NumberedPage | undefined;
  readonly isRefused: boolean;
}

function Page({ answer, isRefused }: PageProps) {
  // By what it is, not by its row: other runs may come to stand there.
  const [selected, setSelected] = useState('');
  const runs = answer?.invocations ?? [];
  const now = useRef({ runs, selected });
  now.current = { runs, selected };
  const select = (run: Invocation) => {
    // Keys may come faster than the page is drawn.
    now.current.selected = keyOf(run);
    setSelected(keyOf(run));
  };
  useEffect(() => {
    const place = () => now.current.runs.findIndex((run) => keyOf(run) === now.current.selected);
    const move = (by: number) => {
      const { runs: all } = now.current;
      const at = Math.max(0, Math.min(all.length - 1, place() + by));
      const run = all[at];
      if (run !== undefined) {
        select(run);
        document.querySelectorAll('tbody tr')[at]?.scrollIntoView({ block: 'nearest' });
      }
    };
    const releases = [
      onKey('j', () => move(1)),
      onKey('k', () => move(-1)),
      onKey('Enter', () => {
        const run = now.current.runs[place()];
        if (run !== undefined) {
          change({ run: run.requestId });
        }
      }),
    ];
    return () => {
      for (const release of releases) {
        release();
      }
    };
  }, []);
  if (answer === undefined) {
    return isRefused ? null : <Waiting />;
  }
  const open = (run: Invocation) => {
    select(run);
    change({ run: run.requestId });
  };
  return (
    <section class="panel flush" aria-label={t('invocations')}>
      {answer.total === 0 ? (
        <NoMatch />
      ) : (
        <>
          <RunTable runs={runs} selected={selected} onOpen={open} />
          <Pager of={answer} />
        </>
      )}
    </section>
  );
}

function OpenRun() {
  const requestId = place.value.parameters.get('run');
  if (requestId === null) {
    return null;
  }
  return (
    <Drawer title={`${t('run')} ${requestId}`} onClose={() => change({ run: undefined })}>
      <RunDetails key={requestId} requestId={requestId} />
    </Drawer>
  );
}
