// The figures of one run.

import type { ComponentChildren } from 'preact';
import type { Invocation } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count, dateTime, duration, trimmed } from '../lib/format.ts';
import { shown } from '../lib/log-lines.ts';
import { outcomeOf } from '../state/invocation-query.ts';
import { Meter } from './small-charts.tsx';

export function RunFacts({ run }: { readonly run: Invocation }) {
  const { retCode, statusCode, qualifier, traceId, source, retryNum, lastHeard } = run;
  return (
    <section class="panel" aria-label={t('run')}>
      <Timeline run={run} />
      <dl class="figures small">
        <Fact name={t('duration')}>{duration(run.duration)}</Fact>
        {run.initDuration === undefined ? null : (
          <Fact name={t('init')}>{duration(run.initDuration)}</Fact>
        )}
        <Fact name={t('billed')}>{duration(run.billDuration)}</Fact>
        <Fact name={t('memory')}>
          <Meter used={run.memUsage} limit={run.memoryLimit} />
        </Fact>
        {run.rank === undefined ? null : <Rank rank={run.rank} />}
        <Fact name={t('retCode')}>{retCode}</Fact>
        <Fact name={t('statusCode')}>{statusCode}</Fact>
        <Fact name={t('qualifier')}>{shown(qualifier)}</Fact>
        {retryNum === 0 ? null : <Fact name={t('retry_')}>{retryNum}</Fact>}
        {traceId === '' ? null : <Fact name={t('traceId')}>{shown(traceId)}</Fact>}
        {source === '' ? null : <Fact name={t('source')}>{shown(source)}</Fact>}
        {lastHeard === undefined ? null : (
          <Fact name={t('lastSeen')}>{dateTime(Date.parse(lastHeard))}</Fact>
        )}
      </dl>
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly isLong?: boolean;
  readonly children: ComponentChildren;
}

function Fact({ name, isLong = false, children }: FactProps) {
  return (
    <div class={isLong ? 'long' : ''}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rank({ rank }: { readonly rank: NonNullable<Invocation['rank']> }) {
  const { percentile, among, timesMedian } = rank;
  const times = typeof timesMedian === 'number' ? t('timesMedian', trimmed(timesMedian)) : '';
  return (
    <Fact name={t('rank')} isLong>
      {t('rankText', trimmed(percentile), count(among))}
      {times === '' ? null : <span class="muted"> · {times}</span>}
    </Fact>
  );
}

const WIDTH = 1_000;

/** Init and run beside each other, as long as they took. */
function Timeline({ run }: { readonly run: Invocation }) {
  const { duration: runMs, initDuration: initMs = 0 } = run;
  const all = Math.max(runMs + initMs, 0.001);
  const initWidth = (initMs / all) * WIDTH;
  const label = `${t('timeline')}: ${initMs === 0 ? '' : `${t('init')} ${duration(initMs)}, `}${t('run')} ${duration(runMs)}`;
  return (
    <svg
      class="timeline"
      viewBox={`0 0 ${WIDTH} 26`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <rect class="track" width={WIDTH} height="26" />
      <rect class="init" width={initWidth} height="26" />
      <rect
        class={`main ${outcomeOf(run) === 'failed' ? 'failed' : ''}`}
        x={initWidth}
        width={runMs === 0 ? 0 : WIDTH - initWidth}
        height="26"
      />
    </svg>
  );
}
