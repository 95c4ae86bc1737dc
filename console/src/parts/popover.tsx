// A button with something under it that closes when one goes elsewhere.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface PopoverProps {
  readonly label: ComponentChildren;
  readonly title: string;
  readonly isStart?: boolean;
  readonly children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, title, isStart = false, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    const leave = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        close();
      }
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('keydown', onEscape, true);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('keydown', onEscape, true);
    };
  }, [isOpen]);
  return (
    <div class={`popover ${isStart ? 'start' : ''}`} ref={root}>
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen}
        title={title}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen ? (
        <fieldset class="body" aria-label={title}>
          {children(close)}
        </fieldset>
      ) : null}
    </div>
  );
}
