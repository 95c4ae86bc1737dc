// Which page of how many runs, and what the answer is about.

import type { InvocationPage } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { clock, readClock } from '../state/clock.ts';
import { PAGE_ROWS } from '../state/invocation-query.ts';
import { change, NEWEST, place } from '../state/route.ts';
import { PageTurner } from './page-turner.tsx';
import { ReceiptLine } from './receipt-line.tsx';

/** Pages that somebody leafs through stay put: the mark and the clock go into the address. */
function turnTo(page: number, asOf: number): void {
  const at = place.value.parameters.get('at') ?? String(clock.value);
  change({ page: String(page), asOf: String(asOf), at, live: undefined });
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
      <PageTurner page={page} pages={pages} onTurn={(wanted) => turnTo(wanted, of.asOf)} />
      {isFrozen ? (
        <span class="row">
          <span class="number" title={t('frozenHint')}>
            {t('frozen')} {count(of.asOf)}
          </span>
          <button
            type="button"
            onClick={() => {
              readClock();
              change(NEWEST);
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
