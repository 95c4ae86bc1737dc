// Texts in the language of who reads.

import { computed } from '@preact/signals';
import { language } from '../state/preferences.ts';
import { en, type TextKey } from './en.ts';
import { zh } from './zh.ts';

const texts = computed<Readonly<Record<TextKey, string>>>(() =>
  language.value === 'zh' ? zh : en,
);

/** @param values for {0}, {1} … */
export function t(key: TextKey, ...values: readonly (string | number)[]): string {
  return texts.value[key].replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));
}
