// The runs of a window: how many when, and one page of them.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { Columns } from '../parts/columns.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Filters } from '../parts/filters.tsx';
import { Histogram } from '../parts/histogram.tsx';
import { NoMatch } from '../parts/no-match.tsx';
import { type NumberedPage, Pager } from '../parts/pager.tsx';
import { RunDetails } from '../parts/run-details.tsx';
import { RunTable } from '../parts/run-table.tsx';
import { Troubles, Waiting } from '../parts/states.tsx';
import { TimePicker } from '../parts/time-picker.tsx';
import { readClock } from '../state/clock.ts';
import { filters, pageNumber, pageQuestion } from '../state/invocation-query.ts';
import { onKey } from '../state/keys.ts';
import { followRuns, isLive, newRuns, showNewRuns } from '../state/live.ts';
import { useQuestion } from '../state/question.ts';
import { change, place } from '../state/route.ts';
import { useTimeSlices } from '../state/time-statistics.ts';

export function InvocationsView() {
  useEffect(readClock, []);
  const state = useQuestion(() => {
    const [question, page] = [pageQuestion.value, pageNumber.value];
    return async (signal) => ({ ...(await ask('/api/v1/invocations', question, signal)), page });
  });
  const { answer, error } = state.value;
  useEffect(() => followRuns(() => state.value.answer?.asOf), []);
  const slices = useTimeSlices(() => {
    const { functionName, qualifier } = filters.value;
    return { functionName, qualifier };
  }).value;
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
              change({ live: isLive.value ? undefined : '1', page: undefined, asOf: undefined })
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
  const [selected, setSelected] = useState(-1);
  const runs = answer?.invocations ?? [];
  const now = useRef({ runs, selected });
  now.current = { runs, selected };
  useEffect(() => {
    const move = (by: number) => {
      const { runs: all, selected: at } = now.current;
      const next = Math.max(0, Math.min(all.length - 1, at + by));
      // Keys may come faster than the page is drawn.
      now.current.selected = next;
      setSelected(next);
      document.querySelectorAll('tbody tr')[next]?.scrollIntoView({ block: 'nearest' });
    };
    const releases = [
      onKey('j', () => move(1)),
      onKey('k', () => move(-1)),
      onKey('Enter', () => {
        const run = now.current.runs[now.current.selected];
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
  const open = (at: number) => {
    setSelected(at);
    const run = runs[at];
    if (run !== undefined) {
      change({ run: run.requestId });
    }
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
