// Which page of how many runs, and what the answer is about.

import type { InvocationPage } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { rfc3339 } from '../lib/time.ts';
import { readClock } from '../state/clock.ts';
import { PAGE_ROWS } from '../state/invocation-query.ts';
import { change, place } from '../state/route.ts';
import { shownWindow } from '../state/window.ts';
import { ReceiptLine } from './receipt-line.tsx';

/** Pages that somebody leafs through stay put: the mark and the window go into the address. */
function turnTo(page: number, asOf: number): void {
  const { sinceMs, untilMs } = shownWindow.value;
  change({
    page: String(page),
    asOf: String(asOf),
    since: rfc3339(sinceMs),
    until: rfc3339(untilMs),
    live: undefined,
  });
  window.scrollTo({ top: 0 });
}

/** An answer, and which page of it this is: the address may be further already. */
export type NumberedPage = InvocationPage & { readonly page: number };

export function Pager({ of }: { readonly of: NumberedPage }) {
  const { page } = of;
  const pages = Math.max(1, Math.ceil(of.total / PAGE_ROWS));
  const first = (page - 1) * PAGE_ROWS;
  const last = first + of.invocations.length;
  const isFrozen = place.value.parameters.has('asOf');
  return (
    <div class="foot">
      <span class="number" role="status">
        {of.invocations.length === 0 ? '0' : `${count(first + 1)}–${count(last)}`} {t('of')}{' '}
        <strong>{count(of.total)}</strong>
      </span>
      <nav class="row" aria-label={t('page')}>
        <button type="button" disabled={page <= 1} onClick={() => turnTo(page - 1, of.asOf)}>
          {t('previous')}
        </button>
        <label class="row">
          {t('page')}
          <input
            key={page}
            class="number"
            size={5}
            inputMode="numeric"
            defaultValue={String(page)}
            onChange={({ currentTarget }) => {
              const wanted = Number(currentTarget.value);
              if (Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= pages) {
                turnTo(wanted, of.asOf);
              } else {
                currentTarget.value = String(page);
              }
            }}
          />
        </label>
        <span class="number">/ {count(pages)}</span>
        <button type="button" disabled={page >= pages} onClick={() => turnTo(page + 1, of.asOf)}>
          {t('next')}
        </button>
      </nav>
      {isFrozen ? (
        <span class="row">
          <span class="number" title={t('frozenHint')}>
            {t('frozen')} {count(of.asOf)}
          </span>
          <button
            type="button"
            onClick={() => {
              readClock();
              change({ page: undefined, asOf: undefined });
            }}
          >
            {t('latest')}
          </button>
        </span>
      ) : null}
      {of.receipt === undefined ? null : <ReceiptLine receipt={of.receipt} />}
    </div>
  );
}
