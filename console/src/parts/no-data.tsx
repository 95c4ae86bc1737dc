// For a server that holds nothing yet: how to send the first run.

import { signal } from '@preact/signals';
import { runFunction } from '../api/client.ts';
import { t } from '../i18n/text.ts';
import { askAgain } from '../state/question.ts';
import { session } from '../state/session.ts';
import { EmptyState } from './states.tsx';

const isRunning = signal(false);
const problem = signal('');

export function NoData() {
  const now = session.value;
  const functions = now.kind === 'in' ? now.session.localFunctions : [];
  return (
    <EmptyState title={t('noData')}>
      <p>{t('noDataLead')}</p>
      <pre>{exampleCall(window.location.origin)}</pre>
      {functions.length === 0 ? null : (
        <button
          type="button"
          class="primary"
          disabled={isRunning.value}
          onClick={() => void runSamples(functions)}
        >
          {t('noDataSample')}
        </button>
      )}
      {problem.value === '' ? null : (
        <p class="notice error" role="alert">
          {problem.value}
        </p>
      )}
      <p class="muted">{t('noDataSources')}</p>
    </EmptyState>
  );
}

function exampleCall(origin: string): string {
  return `curl -u "$SECRET_ID:$SECRET_KEY" ${origin}/api/v1/invocations --data-binary '
{"functionName":"hello","requestId":"first-run","startTime":"${new Date().toISOString()}","duration":12.5,"retCode":0,"log":"hello"}'`;
}

async function runSamples(functions: readonly string[]): Promise<void> {
  const now = session.value;
  if (now.kind !== 'in') {
    return;
  }
  isRunning.value = true;
  try {
    for (const name of functions) {
      await runFunction(name, now.session.csrfToken);
    }
    askAgain();
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
  } finally {
    isRunning.value = false;
  }
}
