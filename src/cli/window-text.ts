// What an answer is about: how many of how many, and over which time. Goes to standard error, so
// that a pipe gets records alone.

import type { InvocationQuery } from '../domain/invocation-query.ts';
import { rfc3339 } from '../wire/native/encode-invocation.ts';
import type { NativePage } from '../wire/native/encode-page.ts';

export function windowText(page: NativePage, query: InvocationQuery): string {
  const { sinceUs, untilUs, offset } = query;
  const shown = page.invocations.length;
  const count = (value: number) => value.toLocaleString('en-US');
  const passed = offset === 0 ? '' : ` after ${count(offset)}`;
  // As --as-of takes it, for the others of the same answer.
  const mark = shown < page.total ? `, as of ${page.asOf}` : '';
  return `${windowOf(sinceUs, untilUs)}: ${count(shown)} of ${count(page.total)}${passed}${mark}`;
}

function windowOf(sinceUs: number | undefined, untilUs: number | undefined): string {
  if (sinceUs === undefined && untilUs === undefined) {
    return 'all time';
  }
  const since = sinceUs === undefined ? '' : `since ${secondsText(sinceUs)}`;
  const until = untilUs === undefined ? '' : `until ${secondsText(untilUs)}`;
  return [since, until].filter((part) => part !== '').join(' ');
}

function secondsText(us: number): string {
  return rfc3339(us).replace(/\.\d+Z$/, 'Z');
}
