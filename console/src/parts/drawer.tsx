// What comes in from the side, above a view that stays where it is.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/text.ts';
import { onKey } from '../state/keys.ts';

interface DrawerProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Drawer({ title, onClose, children }: DrawerProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    const release = onKey('Escape', onClose);
    return () => {
      release();
      before?.focus();
    };
  }, []);
  return (
    <aside class="drawer" ref={box} tabIndex={-1} aria-label={title}>
      <div class="inner">
        <div class="row spread">
          <span class="muted">{t('run')}</span>
          <button type="button" onClick={onClose}>
            {t('close')}
          </button>
        </div>
        {children}
      </div>
    </aside>
  );
}
