// What a run logged. Text is only ever text here.

import { useMemo, useState } from 'preact/hooks';
import { t } from '../i18n/text.ts';
import { bytes, count } from '../lib/format.ts';
import { highlighted, type LogLine, logLines, pretty } from '../lib/log-lines.ts';

/** Longer logs, and longer lines, are shown in part until somebody wants all. */
const LINES_SHOWN = 2_000;
const LINE_LENGTH_SHOWN = 4_000;

interface LogViewProps {
  readonly log: string;
  /** Bytes that were over the bound of the store. */
  readonly cutBytes?: number | undefined;
}

export function LogView({ log, cutBytes = 0 }: LogViewProps) {
  const [search, setSearch] = useState('');
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => logLines(log), [log]);
  const matching = useMemo(
    () =>
      search === ''
        ? lines
        : lines.filter(({ text }) => text.toLowerCase().includes(search.toLowerCase())),
    [lines, search],
  );
  if (log === '') {
    return <p class="muted">{t('logEmpty')}</p>;
  }
  const shownLines = isWhole ? matching : matching.slice(0, LINES_SHOWN);
  return (
    <>
      <div class="row spread">
        <input
          type="search"
          value={search}
          placeholder={t('logSearch')}
          aria-label={t('logSearch')}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <span class="muted number" role="status">
          {search === ''
            ? count(lines.length)
            : `${count(matching.length)} ${t('of')} ${count(lines.length)}`}
        </span>
      </div>
      {/* A region that scrolls must be reached by the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section class="log" tabIndex={0} aria-label={t('log')}>
        <ol>
          {shownLines.map((line) => (
            <Line key={line.number} line={line} search={search} />
          ))}
        </ol>
      </section>
      <div class="row">
        {shownLines.length < matching.length ? (
          <button type="button" onClick={() => setWhole(true)}>
            {t('showAll', count(matching.length))}
          </button>
        ) : null}
        {cutBytes > 0 ? <span class="muted">{t('logCut', bytes(cutBytes))}</span> : null}
      </div>
    </>
  );
}

function Line({ line, search }: { readonly line: LogLine; readonly search: string }) {
  const { number, kind, text, isJson } = line;
  return (
    <li class={kind}>
      <span class="at number" aria-hidden="true">
        {number}
      </span>
      <span class="line">
        {isJson ? (
          <details>
            <summary>
              <LongText text={text} search={search} />
            </summary>
            <pre>{pretty(text)}</pre>
          </details>
        ) : (
          <LongText text={text} search={search} />
        )}
      </span>
    </li>
  );
}

function LongText({ text, search }: { readonly text: string; readonly search: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > LINE_LENGTH_SHOWN && !isWhole;
  const parts = highlighted(isLong ? text.slice(0, LINE_LENGTH_SHOWN) : text, search);
  return (
    <>
      {parts.map((part, at) => (at % 2 === 1 ? <mark key={at}>{part}</mark> : part))}
      {isLong ? (
        <button type="button" onClick={() => setWhole(true)}>
          {t('showAll', bytes(text.length))}
        </button>
      ) : null}
    </>
  );
}
