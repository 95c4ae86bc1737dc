import { t } from '../i18n/text.ts';
import { count } from '../lib/format.ts';
import { PAGE_ROWS, pageNumber } from '../state/invocation-query.ts';
import { change } from '../state/route.ts';

interface PageTurnerProps {
  /** From 1 on. */
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

/** To the page before and after, and to any. */
export function PageTurner({ page, pages, onTurn }: PageTurnerProps) {
  return (
    <nav class="row" aria-label={t('page')}>
      <button type="button" disabled={page <= 1} onClick={() => onTurn(page - 1)}>
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
              onTurn(wanted);
            } else {
              currentTarget.value = String(page);
            }
          }}
        />
      </label>
      <span class="number">/ {count(pages)}</span>
      <button type="button" disabled={page >= pages} onClick={() => onTurn(page + 1)}>
        {t('next')}
      </button>
    </nav>
  );
}

/** Turns the pages of a list of so many rows; nothing where one page holds them all. */
export function ListPages({ total }: { readonly total: number }) {
  const pages = Math.ceil(total / PAGE_ROWS);
  return pages < 2 ? null : (
    <PageTurner
      page={pageNumber.value}
      pages={pages}
      onTurn={(page) => change({ page: String(page) })}
    />
  );
}
