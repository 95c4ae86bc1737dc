// Where somebody is: the address holds all of it, so that a link shows the same to another one.

import { computed, signal } from '@preact/signals';

export type View = 'overview' | 'invocations' | 'errors' | 'function' | 'run';

export interface Place {
  readonly view: View;
  /** The function, or the request, that the view is about. */
  readonly name: string;
  readonly parameters: URLSearchParams;
}

const BASE = '/console/';

const address = signal(window.location.pathname + window.location.search);
window.addEventListener('popstate', () => {
  address.value = window.location.pathname + window.location.search;
});

export const place = computed<Place>(() => placeOf(address.value));

function placeOf(text: string): Place {
  const url = new URL(text, 'http://here');
  const [head = '', tail = ''] = url.pathname.slice(BASE.length).split('/', 2);
  const name = decoded(tail);
  const parameters = url.searchParams;
  switch (head) {
    case 'invocations':
    case 'errors':
      return { view: head, name: '', parameters };
    case 'functions':
      return { view: name === '' ? 'overview' : 'function', name, parameters };
    case 'run':
      return { view: name === '' ? 'invocations' : 'run', name, parameters };
    default:
      return { view: 'overview', name: '', parameters };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const heads: Record<View, string> = {
  overview: '',
  invocations: 'invocations',
  errors: 'errors',
  function: 'functions',
  run: 'run',
};

export type Changes = Readonly<Record<string, string | undefined>>;

/** What every view has in common, and is kept from one to the next. */
const COMMON = ['namespace', 'since', 'until'] as const;

/** @returns the address of a view, in the same namespace and window */
export function linkTo(view: View, name = '', changes: Changes = {}): string {
  const kept = Object.fromEntries(
    COMMON.map((key) => [key, place.value.parameters.get(key) ?? undefined]),
  );
  const tail = name === '' ? '' : `/${encodeURIComponent(name)}`;
  return withParameters(`${BASE}${heads[view]}${tail}`, { ...kept, ...changes });
}

/** @returns the present address, changed; what is undefined or empty is taken out */
export function linkHere(changes: Changes): string {
  const { view, name, parameters } = place.value;
  const tail = name === '' ? '' : `/${encodeURIComponent(name)}`;
  return withParameters(`${BASE}${heads[view]}${tail}`, {
    ...Object.fromEntries(parameters),
    ...changes,
  });
}

function withParameters(path: string, parameters: Changes): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') {
      query.set(key, value);
    }
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

function go(link: string, replace = false): void {
  if (replace) {
    window.history.replaceState(null, '', link);
  } else {
    window.history.pushState(null, '', link);
  }
  address.value = link;
}

/** A page that somebody leafed to stays put, with its mark and its clock: this takes all of it back. */
export const NEWEST = { page: undefined, asOf: undefined, at: undefined } as const;

/** Changes the place one is at. */
export function change(changes: Changes, replace = false): void {
  go(linkHere(changes), replace);
}

/** Links lead within the page, but for those that are to open elsewhere. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a');
  // Within the page the browser itself leads there.
  const isJump = link?.getAttribute('href')?.startsWith('#') === true;
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
  if (
    link?.pathname.startsWith(BASE) &&
    isPlain &&
    !isJump &&
    !link.target &&
    !event.defaultPrevented
  ) {
    event.preventDefault();
    go(link.pathname + link.search);
  }
}
