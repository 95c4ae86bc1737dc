// npm run soak:kill -- [ROUNDS] [SEED]: the kill -9 test for as long as one likes, with a table.

import process from 'node:process';
import { withDirectory } from '../support/running-server.ts';
import { killNine, type RoundSummary } from './kill-nine.ts';

const ROUNDS_DEFAULT = 25;
const SENDERS = 8;

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const seed = Number(process.argv[3] ?? Math.trunc(Math.random() * 2 ** 31));

const columns: readonly [title: string, value: (round: RoundSummary) => string | number][] = [
  ['round', ({ round }) => round],
  ['killed after ms', ({ killedAfterMs }) => Math.round(killedAfterMs)],
  ['start killed too', ({ startKilled }) => (startKilled ? 'yes' : '')],
  ['batches acknowledged', ({ acknowledgedBatches }) => acknowledgedBatches],
  ['records acknowledged', ({ acknowledgedRecords }) => acknowledgedRecords],
  ['of them resends', ({ duplicates }) => duplicates],
  ['replaced', ({ replaced }) => replaced],
  ['in flight: kept', ({ inFlightKept }) => inFlightKept],
  ['lost', ({ inFlightLost }) => inFlightLost],
  ['restart ms', ({ restartMs }) => Math.round(restartMs)],
  ['records in the store', ({ stored }) => stored],
];

// An end by a signal has to end the server as well, and only a plain exit does.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(130));
}

print(
  `seed ${seed}, ${rounds} rounds, ${SENDERS} senders; again: npm run soak:kill -- ${rounds} ${seed}`,
);
print('');
print(`| ${columns.map(([title]) => title).join(' | ')} |`);
print(`|${columns.map(() => '---|').join('')}`);
const summaries = await withDirectory((dataDir) =>
  killNine({ dataDir, seed, rounds, senders: SENDERS, onRound: printRow }),
);
const sum = (value: (round: RoundSummary) => number) =>
  summaries.reduce((total, round) => total + value(round), 0);
print('');
print(
  `${sum(({ acknowledgedRecords }) => acknowledgedRecords)} records acknowledged in ` +
    `${sum(({ acknowledgedBatches }) => acknowledgedBatches)} batches, ` +
    `${sum(({ inFlightKept }) => inFlightKept)} batches in flight kept and ` +
    `${sum(({ inFlightLost }) => inFlightLost)} lost, none in part; ` +
    'no acknowledged record lost, none twice, none with older content',
);

function printRow(round: RoundSummary): void {
  print(`| ${columns.map(([, value]) => value(round)).join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
