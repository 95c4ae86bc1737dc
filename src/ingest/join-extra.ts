// Fields that fnlog does not know, of fragments put together by name.

import { cutText } from './cut-text.ts';

/** Of one run; those are kept whose names sort first. */
const FIELDS_MAX = 256;
/** Of one value that a fragment tells, in UTF-8; of a longer one the beginning is kept, as text. */
const VALUE_BYTES_MAX = 32 * 1024;

/** JSON texts by the names of their fields. */
export type ExtraTexts = ReadonlyMap<string, string>;

export const noExtra: ExtraTexts = new Map();

/** The fields of a record, whatever there is. */
export function extraTextsOf(extra: Readonly<Record<string, unknown>>): ExtraTexts {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(extra)) {
    // Undefined for what JSON has no text for.
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) {
      texts.set(name, text);
    }
  }
  return texts;
}

/** The fields that a fragment tells, within the bounds. */
export function boundedExtraTextsOf(extra: Readonly<Record<string, unknown>>): ExtraTexts {
  const texts = new Map(extraTextsOf(extra));
  for (const [name, text] of texts) {
    const value = extra[name];
    const cut = cutText(typeof value === 'string' ? value : text, VALUE_BYTES_MAX);
    if (cut.cutBytes > 0) {
      texts.set(name, JSON.stringify(cut.text));
    }
  }
  return bounded(texts);
}

/** @returns the fields in the order of their names */
export function extraOf(texts: ExtraTexts): Record<string, unknown> {
  return Object.fromEntries(
    sorted(texts).map(([name, text]) => [name, JSON.parse(text) as unknown]),
  );
}

/**
 * Of two values of one field the longer JSON text is kept; of two as long, the one that sorts last.
 *
 * @param known a record that came whole may have more fields than the bound: it gets no new ones
 * @returns `known` itself where `told` adds nothing
 */
export function joinExtra(known: ExtraTexts, told: ExtraTexts): ExtraTexts {
  const added = [...told].filter(([name, text]) => {
    const old = known.get(name);
    return old === undefined ? known.size <= FIELDS_MAX : isLargerText(text, old);
  });
  if (added.length === 0) {
    return known;
  }
  const all = new Map([...known, ...added]);
  if (all.size === known.size) {
    return all;
  }
  const kept = bounded(all);
  return isSame(kept, known) ? known : kept;
}

/** What was left out once stays out, and no order of arrival shows. */
function bounded(texts: ExtraTexts): ExtraTexts {
  return texts.size <= FIELDS_MAX ? texts : new Map(sorted(texts).slice(0, FIELDS_MAX));
}

function isSame(a: ExtraTexts, b: ExtraTexts): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}

function sorted(texts: ExtraTexts): [name: string, text: string][] {
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Longer; or as long, and sorted later. */
export function isLargerText(text: string, old: string): boolean {
  return text.length > old.length || (text.length === old.length && text > old);
}
