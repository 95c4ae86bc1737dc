import type { Invocation } from '../api/types.ts';
import { t } from '../i18n/text.ts';
import { outcomeOf } from '../state/invocation-query.ts';

export function OutcomeBadge({ of }: { readonly of: Invocation }) {
  const outcome = outcomeOf(of);
  return <span class={`badge ${outcome}`}>{t(outcome)}</span>;
}
