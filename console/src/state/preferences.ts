// What a browser remembers of its user: language, theme and columns. Nothing of the records.

import { effect, type Signal, signal } from '@preact/signals';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const columns = [
  'startTime',
  'functionName',
  'status',
  'duration',
  'memUsage',
  'requestId',
  'qualifier',
  'message',
] as const;
export type Column = (typeof columns)[number];

const PREFIX = 'fnlog.';

function remembered<Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: Value,
): Signal<Value> {
  const stored = read(name);
  const kept = signal(values.find((value) => value === stored) ?? fallback);
  effect(() => write(name, kept.value));
  return kept;
}

/** A browser may refuse to remember anything. */
function read(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // Then it is forgotten with the page.
  }
}

const ofBrowser = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

export const language = remembered<Language>('language', languages, ofBrowser);
export const theme = remembered<Theme>('theme', themes, 'system');

const defaultColumns: readonly Column[] = [
  ...(['startTime', 'functionName', 'status', 'duration', 'memUsage', 'message'] as const),
];
const storedColumns = (read('columns') ?? '')
  .split(',')
  .filter((one): one is Column => columns.some((column) => column === one));

export const shownColumns = signal<readonly Column[]>(
  storedColumns.length === 0 ? defaultColumns : storedColumns,
);
effect(() => write('columns', shownColumns.value.join(',')));

effect(() => {
  const root = document.documentElement;
  root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  root.dataset['theme'] = theme.value;
});
