// Keys that work everywhere: views say what they do with them.

import { signal } from '@preact/signals';

export const isHelpOpen = signal(false);

export type Key = '/' | 'j' | 'k' | 'Enter' | 'Escape';
type Action = () => void;

const actions = new Map<Key, Action[]>();

/** @returns how to take it back; the one that came last is asked */
export function onKey(key: Key, action: Action): () => void {
  const all = actions.get(key) ?? [];
  all.push(action);
  actions.set(key, all);
  return () => {
    all.splice(all.indexOf(action), 1);
  };
}

export function listenForKeys(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const target = event.target as Element;
    const isWriting = target.matches('input, select, textarea');
    if (event.key === 'Escape' && isWriting) {
      (target as HTMLElement).blur();
      return;
    }
    const isPressing = event.key === 'Enter' && target.matches('a, button, summary');
    if (isWriting || isPressing || isHelpOpen.value) {
      return;
    }
    if (event.key === '?') {
      isHelpOpen.value = true;
      return;
    }
    const action = actions.get(event.key as Key)?.at(-1);
    if (action !== undefined) {
      event.preventDefault();
      action();
    }
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}
