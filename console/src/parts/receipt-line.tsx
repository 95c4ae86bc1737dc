// How complete the records behind an answer are; what is none is left out.

import type { Receipt } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { count, duration } from '../lib/format.ts';

const counted = [
  ['running', 'running'],
  ['lost', 'lost'],
  ['late', 'receiptLate'],
  ['cut', 'receiptCut'],
  ['replaced', 'receiptReplaced'],
  ['duplicates', 'receiptDuplicates'],
  ['rejected', 'receiptRejected'],
] as const;

export function ReceiptLine({ receipt }: { readonly receipt: Receipt }) {
  const { newestAge } = receipt;
  const parts = counted.flatMap(([name, text]) =>
    receipt[name] === 0 ? [] : [`${count(receipt[name])} ${t(text)}`],
  );
  const newest =
    newestAge === undefined
      ? []
      : [`${t('receiptNewest')} ${duration(Math.max(0, newestAge))} ${t('ago')}`];
  return (
    <span class="number" title={t('receiptTitle')}>
      {[...newest, ...parts].join(' · ')}
    </span>
  );
}
