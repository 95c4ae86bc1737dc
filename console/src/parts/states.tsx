// What is shown where there is nothing to show, or where something is in the way.

import type { ComponentChildren } from 'preact';
import { t } from '../i18n/text.ts';
import { type Asked, askAgain } from '../state/question.ts';

/** What stands above an answer: that the server is away, or what it refused. */
export function Troubles({ of }: { readonly of: Pick<Asked<unknown>, 'error' | 'away'> }) {
  if (of.away) {
    return (
      <p class="notice" role="status">
        {t('serverAway')}
      </p>
    );
  }
  const { error } = of;
  if (error === undefined || error.status === 401) {
    return null;
  }
  if (error.code === 'unauthorized') {
    return (
      <div class="panel state" role="alert">
        <h2>{t('noRights')}</h2>
        <p class="muted">{error.message}</p>
        <p>{t('noRightsLead')}</p>
      </div>
    );
  }
  const title = error.code === 'query_too_costly' ? t('tooCostly') : t('failedAsk');
  return (
    <div class="notice error" role="alert">
      <strong>{title}</strong>
      <span>{error.message}</span>
      <button type="button" onClick={askAgain}>
        {t('retry')}
      </button>
    </div>
  );
}

/** Until the first answer is there. */
export function Waiting() {
  return (
    <p class="state muted" role="status">
      {t('loading')}
    </p>
  );
}

export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
