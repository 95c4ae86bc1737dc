import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/text.ts';
import { isHelpOpen } from '../state/keys.ts';

const keys = [
  ['/', 'keySearch'],
  ['j', 'keyNext'],
  ['k', 'keyPrevious'],
  ['Enter', 'keyOpen'],
  ['Esc', 'keyClose'],
  ['?', 'keyHelp'],
] as const;

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpOpen.value;
  useEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  }, [isOpen]);
  const close = () => {
    isHelpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">{t('helpTitle')}</h2>
      <dl>
        {keys.map(([key, text]) => (
          <>
            <dt key={key}>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </>
        ))}
      </dl>
      <button type="button" onClick={close}>
        {t('close')}
      </button>
    </dialog>
  );
}
