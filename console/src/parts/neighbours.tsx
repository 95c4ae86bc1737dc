// The runs of the same function that began before and after one.

import { ask } from '../api/client.ts';
import type { Invocation } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { microsecondAfter } from '../lib/time.ts';
import { useQuestion } from '../state/question.ts';
import { linkTo, place } from '../state/route.ts';
import { keyOf } from './run-table.tsx';

/** Runs that began in the same microsecond are looked through, so many of them. */
const TIES_MAX = 20;

export function Neighbours({ run }: { readonly run: Invocation }) {
  const state = useQuestion(() => async (signal) => {
    const [before, after] = await Promise.all([
      nextTo(run, { until: microsecondAfter(run.startTime), order: 'desc' }, signal),
      nextTo(run, { since: run.startTime, order: 'asc' }, signal),
    ]);
    return { before, after };
  });
  const { before, after } = state.value.answer ?? {};
  return (
    <nav class="row" aria-label={t('neighbours')}>
      {before === undefined ? null : (
        <a class="button" href={linkToRun(before)}>
          ← {t('runBefore')}
        </a>
      )}
      {after === undefined ? null : (
        <a class="button" href={linkToRun(after)}>
          {t('runAfter')} →
        </a>
      )}
    </nav>
  );
}

interface Direction {
  readonly since?: string;
  readonly until?: string;
  readonly order: 'asc' | 'desc';
}

/** Another try of the same request is no neighbour: it is on the same page. */
async function nextTo(
  run: Invocation,
  direction: Direction,
  signal: AbortSignal,
): Promise<Invocation | undefined> {
  const { namespace, functionName } = run;
  const question = { namespace, functionName, ...direction, orderBy: 'startTime', receipt: false };
  const few = async (limit: number) =>
    (await ask('/api/v1/invocations', { ...question, limit }, signal)).invocations;
  const isOther = ({ requestId }: Invocation) => requestId !== run.requestId;
  // Mostly it is the first and its neighbour the second; logs may be long, so more are a second try.
  for (const limit of [2, TIES_MAX]) {
    const runs = await few(limit);
    const at = runs.findIndex((one) => keyOf(one) === keyOf(run));
    const next = at < 0 ? undefined : runs.slice(at + 1).find(isOther);
    if (next !== undefined || runs.length < limit) {
      return next;
    }
  }
  return undefined;
}

function linkToRun({ requestId }: Invocation): string {
  return place.value.view === 'run'
    ? linkTo('run', requestId)
    : linkTo('invocations', '', {
        ...Object.fromEntries(place.value.parameters),
        run: requestId,
      });
}
