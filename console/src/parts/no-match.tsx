// For a question that nothing matches: what each filter leaves out.

import { ask } from '../api/client.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { type FilterName, filters } from '../state/invocation-query.ts';
import { useQuestion } from '../state/question.ts';
import { change, NEWEST } from '../state/route.ts';
import { scope } from '../state/window.ts';
import { setFilter } from './filters.tsx';
import { NoData } from './no-data.tsx';
import { EmptyState, Waiting } from './states.tsx';

interface Way {
  readonly name: FilterName | 'window';
  readonly total: number;
}

interface Ways {
  readonly inAll: number;
  readonly ways: readonly Way[];
}

export function NoMatch() {
  const state = useQuestion<Ways>(() => {
    const [given, within] = [filters.value, scope.value];
    return (signal) => countWays(given, within, signal);
  });
  const { answer } = state.value;
  if (answer === undefined) {
    return <Waiting />;
  }
  if (answer.inAll === 0) {
    return <NoData />;
  }
  const useful = answer.ways.filter(({ total }) => total > 0);
  return (
    <EmptyState title={t('noMatch')}>
      {useful.length === 0 ? null : <p>{t('noMatchLead')}</p>}
      <div class="row">
        {useful.map(({ name, total }) => (
          <button key={name} type="button" onClick={() => loosen(name)}>
            {name === 'window' ? t('noMatchWindow') : `− ${t(name)}`}
            <strong class="number">{count(total)}</strong>
          </button>
        ))}
        <button type="button" class="quiet" onClick={clear}>
          {t('noMatchClear')}
        </button>
      </div>
    </EmptyState>
  );
}

/** All time that there is. */
const ALL_TIME = '1970-01-02T00:00:00.000Z';

function loosen(name: Way['name']): void {
  if (name === 'window') {
    change({ since: ALL_TIME, until: undefined, ...NEWEST });
  } else {
    setFilter({ [name]: undefined });
  }
}

function clear(): void {
  setFilter(Object.fromEntries(Object.keys(filters.value).map((name) => [name, undefined])));
}

async function countWays(
  given: typeof filters.value,
  within: typeof scope.value,
  signal: AbortSignal,
): Promise<Ways> {
  const totalOf = async (parameters: object) => {
    const question = { ...parameters, limit: 0, receipt: false };
    return (await ask('/api/v1/invocations', question, signal)).total;
  };
  const { namespace } = within;
  const names = Object.keys(given) as FilterName[];
  const [inAll, anyTime, ...without] = await Promise.all([
    totalOf({ namespace }),
    totalOf({ namespace, ...given }),
    ...names.map((name) => totalOf({ ...within, ...given, [name]: undefined })),
  ]);
  return {
    inAll,
    ways: [
      { name: 'window', total: anyTime },
      ...names.map((name, at) => ({ name, total: without[at] ?? 0 })),
    ],
  };
}
