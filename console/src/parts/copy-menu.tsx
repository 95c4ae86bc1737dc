import { useState } from 'preact/hooks';
import type { Invocation } from '../api/types.ts';
import type { TextKey } from '../i18n/en.ts';
import { t } from '../i18n/text.ts';
import { asCommand, asCurl, asJson, asText, copyText } from '../lib/copy.ts';
import { linkTo } from '../state/route.ts';

const COPIED_MS = 1_500;

const forms: readonly (readonly [TextKey, (run: Invocation) => string])[] = [
  ['copyLink', (run) => window.location.origin + linkTo('run', run.requestId)],
  ['copyText', asText],
  ['copyJson', asJson],
  ['copyCurl', (run) => asCurl(run, window.location.origin)],
  ['copyCli', asCommand],
];

export function CopyMenu({ of }: { readonly of: Invocation }) {
  const [copied, setCopied] = useState<TextKey | undefined>();
  /** What the browser did not let be copied, to be copied by hand. */
  const [refused, setRefused] = useState('');
  const copy = async (name: TextKey, text: string) => {
    const isCopied = await copyText(text);
    setRefused(isCopied ? '' : text);
    setCopied(isCopied ? name : undefined);
    setTimeout(() => setCopied(undefined), COPIED_MS);
  };
  return (
    <fieldset class="row" aria-label={t('copy')}>
      <span class="muted">{t('copy')}</span>
      {forms.map(([name, textOf]) => (
        <button key={name} type="button" onClick={() => void copy(name, textOf(of))}>
          {copied === name ? t('copied') : t(name)}
        </button>
      ))}
      {refused === '' ? null : (
        <label class="by-hand" role="alert">
          {t('copyByHand')}
          <textarea readOnly rows={3} value={refused} ref={(field) => field?.select()} />
        </label>
      )}
    </fieldset>
  );
}
