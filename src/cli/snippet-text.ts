// Snippets of a search on a terminal, the hits in colour.

import { styleText } from 'node:util';
import type { Snippet } from '../wire/native/snippets.ts';
import { printable } from './printable.ts';

/** @returns one line a snippet */
export function snippetLines(snippets: readonly Snippet[], hasColors: boolean): string[] {
  return snippets.map(({ field, text, hits }) => {
    let at = 0;
    let line = '';
    for (const [from, to] of hits) {
      const hit = printable(text.slice(from, to));
      line +=
        printable(text.slice(at, from)) +
        (hasColors ? styleText('yellow', hit, { validateStream: false }) : hit);
      at = to;
    }
    line += printable(text.slice(at));
    return `  ${field}: ${line.replace(/\s*\r?\n\s*/g, ' ⏎ ')}`;
  });
}
