// Where a search was found: a little of the text around it, with the places of the hits.

import { RE2JS } from 're2js';
import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import { lowerAscii, parseSearch, type SearchTerm, wordPattern } from '../../domain/text-search.ts';

export interface Snippet {
  readonly field: 'log' | 'retMsg';
  /** A part of the text, cut between characters. */
  readonly text: string;
  /** Where the hits begin and end in `text`, in UTF-16 units. */
  readonly hits: readonly (readonly [from: number, to: number])[];
}

type Hit = readonly [from: number, to: number];
type Finder = (text: string) => Hit[];

const SNIPPETS_MAX = 3;
const SNIPPET_CHARS = 160;
const BEFORE_HIT_CHARS = 40;
/** Of one text; further ones are not looked for. */
const HITS_MAX = 50;
/** Of all texts of a page together: looking for hits must not hold up others for long. */
const CHARS_MAX = 1_000_000;

/** Finds snippets for the records of a page; undefined where nothing is searched for. */
export function snippetFinder(
  query: Pick<InvocationQuery, 'search' | 'contains' | 'regex'>,
): ((invocation: Invocation) => readonly Snippet[]) | undefined {
  const finders = findersOf(query);
  if (finders.length === 0) {
    return undefined;
  }
  let charsLeft = CHARS_MAX;
  return ({ log, retMsg }) =>
    (
      [
        ['retMsg', retMsg],
        ['log', log],
      ] as const
    )
      .flatMap(([field, whole]) => {
        const text = whole.slice(0, charsLeft);
        charsLeft -= text.length;
        return snippetsOf(field, text, mergedHits(finders, text));
      })
      .slice(0, SNIPPETS_MAX);
}

function findersOf({
  search,
  contains,
  regex,
}: Pick<InvocationQuery, 'search' | 'contains' | 'regex'>): Finder[] {
  return [
    ...(search === undefined ? [] : parseSearch(search).map(termFinder)),
    ...(contains === undefined ? [] : [textFinder(contains)]),
    ...(regex === undefined ? [] : [regexFinder(regex)]),
  ];
}

function termFinder(term: SearchTerm): Finder {
  if (term.kind === 'text') {
    const find = textFinder(term.text);
    return (text) => find(lowerAscii(text));
  }
  const pattern = new RegExp(wordPattern(term), 'g');
  return (text) => hitsOf(lowerAscii(text).matchAll(pattern));
}

function textFinder(wanted: string): Finder {
  return (text) => {
    const hits: Hit[] = [];
    for (
      let at = text.indexOf(wanted);
      at !== -1 && hits.length < HITS_MAX;
      at = text.indexOf(wanted, at + wanted.length)
    ) {
      hits.push([at, at + wanted.length]);
    }
    return hits;
  };
}

/** In a time that grows with the text alone, whatever the expression. */
function regexFinder(regex: string): Finder {
  const pattern = RE2JS.compile(regex, RE2JS.DOTALL);
  return (text) => {
    const hits: Hit[] = [];
    const matcher = pattern.matcher(text);
    while (hits.length < HITS_MAX && matcher.find()) {
      hits.push([matcher.start(), matcher.end()]);
    }
    return hits;
  };
}

function hitsOf(matches: Iterable<RegExpMatchArray>): Hit[] {
  const hits: Hit[] = [];
  for (const { index = 0, 0: found } of matches) {
    hits.push([index, index + found.length]);
    if (hits.length >= HITS_MAX) {
      break;
    }
  }
  return hits;
}

/** In the order of the text; hits that touch become one, empty ones go. */
function mergedHits(finders: readonly Finder[], text: string): Hit[] {
  const merged: [number, number][] = [];
  const hits = finders.flatMap((find) => find(text)).filter(([from, to]) => to > from);
  for (const [from, to] of hits.sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) {
      last[1] = Math.max(last[1], to);
    } else {
      merged.push([from, to]);
    }
  }
  return merged;
}

function snippetsOf(field: Snippet['field'], text: string, hits: readonly Hit[]): Snippet[] {
  const snippets: Snippet[] = [];
  for (let index = 0; index < hits.length && snippets.length < SNIPPETS_MAX; ) {
    const [begin] = hits[index] as Hit;
    const from = betweenCharacters(text, Math.max(0, begin - BEFORE_HIT_CHARS));
    const to = betweenCharacters(text, Math.min(text.length, from + SNIPPET_CHARS));
    const shown: Hit[] = [];
    for (; index < hits.length && (hits[index] as Hit)[0] < to; index++) {
      const [hitFrom, hitTo] = hits[index] as Hit;
      shown.push([hitFrom - from, Math.min(hitTo, to) - from]);
    }
    snippets.push({ field, text: text.slice(from, to), hits: shown });
  }
  return snippets;
}

/** Not between the two halves of one character. */
function betweenCharacters(text: string, at: number): number {
  const isLowHalf = at > 0 && at < text.length && /[\udc00-\udfff]/.test(text.charAt(at));
  return isLowHalf ? at - 1 : at;
}
