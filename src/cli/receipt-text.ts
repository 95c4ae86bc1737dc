// How complete the records behind an answer are, in a line for whoever wonders what is missing.

import type { NativeCompleteness } from '../wire/native/encode-completeness.ts';

const UNITS = [
  { text: 'd', ms: 86_400_000 },
  { text: 'h', ms: 3_600_000 },
  { text: 'min', ms: 60_000 },
  { text: 's', ms: 1_000 },
] as const;

/** What is none is left out. */
const counted = [
  ['running', 'running'],
  ['lost', 'lost'],
  ['late', 'came late'],
  ['cut', 'cut'],
  ['replaced', 'replaced'],
  ['duplicates', 'sent again'],
  ['rejected', 'rejected'],
] as const;

export function receiptText(receipt: NativeCompleteness): string {
  const { runs, newestAge } = receipt;
  const newest = newestAge === undefined ? [] : [`newest ${ageText(newestAge)}`];
  const counts = counted.flatMap(([name, words]) =>
    receipt[name] === 0 ? [] : [`${receipt[name].toLocaleString('en-US')} ${words}`],
  );
  const stored = `${runs.toLocaleString('en-US')} ${runs === 1 ? 'run' : 'runs'} stored`;
  return [stored, ...newest, ...counts].join(', ');
}

function ageText(ms: number): string {
  if (ms < 0) {
    return 'in the future';
  }
  const unit = UNITS.find((one) => ms >= one.ms);
  return unit === undefined ? 'just now' : `${Math.floor(ms / unit.ms)} ${unit.text} ago`;
}
