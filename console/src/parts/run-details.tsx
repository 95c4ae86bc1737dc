// One run: what it was, what it returned, what it logged, and what is around it.

import { useState } from 'preact/hooks';
import { ApiError, ask } from '../api/client.ts';
import type { Invocation, InvocationPage } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count, dateTime } from '../lib/format.ts';
import { pretty, shown } from '../lib/log-lines.ts';
import { type Asked, useQuestion } from '../state/question.ts';
import { linkTo } from '../state/route.ts';
import { scope } from '../state/window.ts';
import { CopyMenu } from './copy-menu.tsx';
import { LogView } from './log-view.tsx';
import { Neighbours } from './neighbours.tsx';
import { OutcomeBadge } from './outcome.tsx';
import { ReceiptLine } from './receipt-line.tsx';
import { RunFacts } from './run-facts.tsx';
import { keyOf } from './run-table.tsx';
import { EmptyState, Troubles, Waiting } from './states.tsx';

/** More retries of one request than this are not looked at. */
const RETRIES_MAX = 100;

export function RunDetails({ requestId }: { readonly requestId: string }) {
  const state = useQuestion(() => {
    const { namespace } = scope.value;
    return (signal) =>
      ask(
        '/api/v1/invocations',
        {
          namespace,
          requestId,
          rank: true,
          limit: RETRIES_MAX,
          orderBy: 'startTime',
          order: 'asc',
        },
        signal,
      );
  });
  return <Answer requestId={requestId} state={state.value} />;
}

interface AnswerProps {
  readonly requestId: string;
  readonly state: Asked<InvocationPage>;
}

function Answer({ requestId, state }: AnswerProps) {
  const { answer } = state;
  const [chosen, setChosen] = useState<number | undefined>();
  if (answer === undefined) {
    return (
      <>
        <Troubles of={state} />
        {state.error instanceof ApiError ? null : <Waiting />}
      </>
    );
  }
  const runs = answer.invocations;
  const run = runs[chosen ?? runs.length - 1];
  if (run === undefined) {
    return (
      <EmptyState title={t('notFound')}>
        <p class="mono">{shown(requestId)}</p>
        <p>{t('notFoundLead')}</p>
        {answer.receipt === undefined ? null : (
          <p class="muted">
            {count(answer.receipt.runs)} {t('runsUnit')} · <ReceiptLine receipt={answer.receipt} />
          </p>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      <Troubles of={state} />
      <Head run={run} />
      {runs.length < 2 ? null : (
        <Retries runs={runs} chosen={runs.indexOf(run)} onChoose={setChosen} />
      )}
      <RunFacts run={run} />
      <section class="panel" aria-label={t('returned')}>
        <h2>{t('returned')}</h2>
        {run.retMsg === '' ? <p class="muted">–</p> : <pre class="text">{pretty(run.retMsg)}</pre>}
      </section>
      <section class="panel" aria-label={t('log')}>
        <h2>{t('log')}</h2>
        <LogView log={run.log} cutBytes={run.logCutBytes} />
      </section>
      <MoreFields run={run} />
    </>
  );
}

function Head({ run }: { readonly run: Invocation }) {
  const { functionName, startTime, requestId, namespace } = run;
  return (
    <header class="run-head">
      <div class="row spread">
        <h1>
          <a href={linkTo('function', functionName)}>{shown(functionName)}</a>
        </h1>
        <OutcomeBadge of={run} />
      </div>
      <p class="row">
        <time dateTime={startTime} class="number">
          {dateTime(Date.parse(startTime))}
        </time>
        <a
          class="mono"
          href={linkTo('run', requestId, namespace === 'default' ? {} : { namespace })}
        >
          {shown(requestId)}
        </a>
      </p>
      <div class="row spread">
        <Neighbours key={keyOf(run)} run={run} />
        <CopyMenu of={run} />
      </div>
    </header>
  );
}

function Retries({
  runs,
  chosen,
  onChoose,
}: {
  readonly runs: readonly Invocation[];
  readonly chosen: number;
  readonly onChoose: (at: number) => void;
}) {
  return (
    <fieldset class="row" aria-label={t('retries')}>
      <span class="muted">{t('retries')}</span>
      {runs.map((run, at) => (
        <button
          key={`${run.startTime} ${run.retryNum}`}
          type="button"
          aria-pressed={at === chosen}
          onClick={() => onChoose(at)}
        >
          {run.retryNum} <OutcomeBadge of={run} />
        </button>
      ))}
    </fieldset>
  );
}

/** Fields of a record that are shown elsewhere. */
const KNOWN = new Set([
  ...['namespace', 'functionName', 'qualifier', 'requestId', 'retryNum', 'startTime', 'duration'],
  ...['billDuration', 'memUsage', 'memoryLimit', 'timeLimit', 'initDuration', 'retCode'],
  ...['statusCode', 'invokeFinished', 'retMsg', 'log', 'logCutBytes', 'traceId', 'source'],
  ...['runStatus', 'lastHeard', 'rank', 'snippets'],
]);

function MoreFields({ run }: { readonly run: Invocation }) {
  const more = Object.entries(run).filter(([name]) => !KNOWN.has(name));
  if (more.length === 0) {
    return null;
  }
  return (
    <section class="panel" aria-label={t('extra')}>
      <h2>{t('extra')}</h2>
      <pre class="text">{shown(JSON.stringify(Object.fromEntries(more), null, 2))}</pre>
    </section>
  );
}
