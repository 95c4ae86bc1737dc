// Words and phrases that a question looks for in messages and logs. Letter case counts for nothing
// among ASCII letters. A word is a run of ASCII letters, digits and characters beyond ASCII; all
// others stand between words.

import { AppError, shownValue } from './errors.ts';

export type SearchTerm =
  /** These words, one after the other, with nothing but separators between them. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /**
   * This text anywhere, also within a word: for what has no words, and for scripts that are written
   * without spaces.
   */
  | { readonly kind: 'text'; readonly text: string };

/** Characters of a search, a substring or a regular expression. */
export const SEARCH_CHARS_MAX = 1_000;
const TERMS_MAX = 20;
/** The engine takes 64 at once. */
const WORDS_MAX = 64;

const TERMS = /"([^"]*)"|([^\s"]+)/g;
const WORDS = /[a-z0-9]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const BEYOND_ASCII = /[^\u0000-\u007f]/;

/**
 * @param text words and "phrases in quotes", which all have to be found
 * @param name of the parameter, for messages
 * @throws AppError invalid_parameter: nothing to look for, too much, or a quote that does not end
 */
export function parseSearch(text: string, name = 'search'): readonly SearchTerm[] {
  if (text.length > SEARCH_CHARS_MAX) {
    throw refusal(name, text, `it takes ${SEARCH_CHARS_MAX} characters at most`);
  }
  if ((text.match(/"/g) ?? []).length % 2 === 1) {
    throw refusal(name, text, 'a phrase that begins with " has to end with "');
  }
  const terms = [...text.matchAll(TERMS)]
    .map(([, phrase, word]) => (phrase ?? word ?? '').trim())
    .filter((term) => term !== '')
    .map(termOf);
  if (terms.length === 0 || terms.length > TERMS_MAX) {
    throw refusal(name, text, `it takes 1 to ${TERMS_MAX} words or "phrases"`);
  }
  const words = terms.flatMap((term) => (term.kind === 'words' ? term.words : []));
  if (words.length > WORDS_MAX) {
    throw refusal(name, text, `it takes ${WORDS_MAX} words at most, those of phrases counted`);
  }
  return terms;
}

function termOf(given: string): SearchTerm {
  const text = lowerAscii(given);
  const words = BEYOND_ASCII.test(text) ? null : text.match(WORDS);
  return words === null ? { kind: 'text', text } : { kind: 'words', words };
}

/** Whether a text has a term, by the same rules. */
export function hasTerm(text: string, term: SearchTerm): boolean {
  const lowered = lowerAscii(text);
  return term.kind === 'text' ? lowered.includes(term.text) : wordPattern(term).test(lowered);
}

/** @returns an expression that finds the words of a term in a text in small letters */
export function wordPattern({ words }: Extract<SearchTerm, { kind: 'words' }>): RegExp {
  const wordChars = '[a-z0-9\\u0080-\\uffff]';
  const between = '[\\u0000-/:-`{-\\u007f]+';
  return new RegExp(`(?<!${wordChars})${words.join(between)}(?!${wordChars})`);
}

/** As the engine's `lower`: letters beyond ASCII stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function refusal(name: string, text: string, accepted: string): AppError {
  return new AppError('invalid_parameter', `${name} is ${shownValue(text)}: ${accepted}`, {
    details: { parameter: name },
  });
}
