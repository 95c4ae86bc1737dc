// One page of runs.

import type { ComponentChildren } from 'preact';
import type { Invocation } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { bytes, dateTime, duration } from '../lib/format.ts';
import { shown } from '../lib/log-lines.ts';
import { type SortField, sortFields, sorting } from '../state/invocation-query.ts';
import { type Column, shownColumns } from '../state/preferences.ts';
import { change, linkHere } from '../state/route.ts';
import { OutcomeBadge } from './outcome.tsx';
import { SortHead } from './sort-head.tsx';

interface RunTableProps {
  readonly runs: readonly Invocation[];
  /** The key of one of them, perhaps. */
  readonly selected: string;
  readonly onOpen: (run: Invocation) => void;
}

/** What tells a run from every other one. */
export function keyOf({ requestId, startTime, retryNum }: Invocation): string {
  return `${requestId} ${startTime} ${retryNum}`;
}

const MESSAGE_LENGTH_MAX = 300;
const rightAligned: ReadonlySet<Column> = new Set(['duration', 'memUsage']);

const cells: Record<Column, (run: Invocation) => ComponentChildren> = {
  startTime: ({ startTime }) => (
    <time dateTime={startTime} class="number">
      {dateTime(Date.parse(startTime))}
    </time>
  ),
  functionName: ({ functionName }) => shown(functionName),
  status: (run) => <OutcomeBadge of={run} />,
  duration: ({ duration: ms, initDuration }) => (
    <span
      title={initDuration === undefined ? undefined : `${t('cold')}: ${duration(initDuration)}`}
    >
      {initDuration === undefined ? '' : '❄ '}
      {duration(ms)}
    </span>
  ),
  memUsage: ({ memUsage, memoryLimit }) => (
    <span title={memoryLimit === 0 ? undefined : `/ ${bytes(memoryLimit)}`}>
      {memUsage === 0 ? '–' : bytes(memUsage)}
    </span>
  ),
  requestId: ({ requestId }) => <span class="mono">{shown(requestId)}</span>,
  qualifier: ({ qualifier }) => shown(qualifier),
  message: (run) => messageOf(run),
};

/** What a run returned; of a search, where it was found. */
function messageOf(run: Invocation): ComponentChildren {
  const [snippet] = run.snippets ?? [];
  if (snippet === undefined) {
    return shown(run.retMsg.slice(0, MESSAGE_LENGTH_MAX));
  }
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const [start = 0, end = 0] of snippet.hits) {
    parts.push(
      shown(snippet.text.slice(from, start)),
      <mark key={start}>{shown(snippet.text.slice(start, end))}</mark>,
    );
    from = end;
  }
  parts.push(shown(snippet.text.slice(from)));
  return parts;
}

export function RunTable({ runs, selected, onOpen }: RunTableProps) {
  const columns = shownColumns.value;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row
              key={keyOf(run)}
              run={run}
              isSelected={keyOf(run) === selected}
              onOpen={() => onOpen(run)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly run: Invocation;
  readonly isSelected: boolean;
  readonly onOpen: () => void;
}

function Row({ run, isSelected, onOpen }: RowProps) {
  const link = linkHere({ run: run.requestId });
  const [first, ...others] = shownColumns.value;
  return (
    // The first cell has a link for the keyboard.
    <tr
      aria-current={isSelected}
      onClick={(event) => {
        if ((event.target as Element).closest('a') === null) {
          onOpen();
        }
      }}
    >
      {first === undefined ? null : (
        <td class={cellClass(first)}>
          <a href={link} title={t('open')}>
            {cells[first](run)}
          </a>
        </td>
      )}
      {others.map((column) => (
        <td key={column} class={cellClass(column)}>
          {cells[column](run)}
        </td>
      ))}
    </tr>
  );
}

function cellClass(column: Column): string {
  if (column === 'message') {
    return 'wide';
  }
  if (column === 'startTime') {
    return 'time';
  }
  return rightAligned.has(column) ? 'end-aligned' : 'name';
}

function Head({ column }: { readonly column: Column }) {
  const { orderBy, order } = sorting.value;
  const field = sortFields.find((one) => one === column);
  if (field === undefined) {
    return <th scope="col">{t(column)}</th>;
  }
  return (
    <SortHead
      label={t(field)}
      order={orderBy === field ? order : undefined}
      isEndAligned={rightAligned.has(column)}
      title={`${t('sortBy')} ${t(field)}`}
      onSort={() => sortBy(field)}
    />
  );
}

/** The largest and the newest first; then the other way. */
function sortBy(field: SortField): void {
  const { orderBy, order } = sorting.value;
  const first = field === 'functionName' || field === 'requestId' ? 'asc' : 'desc';
  const other = order === 'asc' ? 'desc' : 'asc';
  change({ orderBy: field, order: orderBy === field ? other : first, page: undefined });
}
