// What an import shows: a bar while it runs, and a sentence at its end.

import { SingleBar } from 'cli-progress';
import type { ImportTally } from './deliver-batches.ts';

/** @param bytes of all files */
export function startBar(bytes: number): SingleBar {
  const bar = new SingleBar({
    format: 'import {bar} {percentage} %, {eta_formatted} left',
    clearOnComplete: true,
    stream: process.stderr,
  });
  if (process.stderr.isTTY && bytes > 0) {
    bar.start(bytes, 0);
  }
  return bar;
}

/** @param elapsedMs since the first was read */
export function summaryOf(tally: ImportTally, elapsedMs: number): string {
  const { accepted, replaced, duplicates, rejected } = tally;
  const read = accepted + replaced + duplicates + rejected;
  const seconds = elapsedMs / 1000;
  const perSecond = Math.round(read / Math.max(seconds, 0.001));
  const [all, rate, fresh, taken, known, bad] = [
    read,
    perSecond,
    accepted,
    replaced,
    duplicates,
    rejected,
  ].map((count) => count.toLocaleString('en-US'));
  return `${all} records read in ${seconds.toFixed(1)} s (${rate}/s): ${fresh} new, ${taken} replaced, ${known} there already, ${bad} rejected`;
}
