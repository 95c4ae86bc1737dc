// npm run soak:sources -- [ROUNDS] [SEED] [--fault kill|disk|clock|half|all]: every kind of source
// under a fault, for as long as one likes, with a table.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { fillTheDisk } from './fill-disk.ts';
import { halfBodies } from './half-bodies.ts';
import { jumpingClock } from './jump-clock.ts';
import { killServer } from './kill-server.ts';
import { type Fault, type RoundSummary, runFault } from './run-fault.ts';

const ROUNDS_DEFAULT = 50;
const HALF_SENDERS = 200;
const faults: readonly Fault[] = [
  killServer,
  fillTheDisk,
  jumpingClock(),
  halfBodies(HALF_SENDERS),
];

const columns: readonly [title: string, value: (round: RoundSummary) => string | number][] = [
  ['round', ({ round }) => round],
  ['what happened', ({ what }) => what],
  ['requests acknowledged', ({ acknowledged }) => acknowledged],
  ['of them sent before', ({ again }) => again],
  ['events in them', ({ events }) => events],
  ['no answer', ({ unanswered }) => unanswered],
  ['429 or 503', ({ refused }) => refused],
  ['runs produced', ({ produced }) => produced],
  ['known complete', ({ complete }) => complete],
];

// An end by a signal has to end the server as well, and only a plain exit does.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(130));
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { fault: { type: 'string', default: 'kill' } },
});
const rounds = Number(positionals[0] ?? ROUNDS_DEFAULT);
const seed = Number(positionals[1] ?? Math.trunc(Math.random() * 2 ** 31));
const chosen = faults.filter(({ name }) => values.fault === 'all' || name === values.fault);
if (chosen.length === 0 || !(rounds > 0) || !Number.isSafeInteger(seed)) {
  const names = [...faults.map(({ name }) => name), 'all'].join('|');
  print(`npm run soak:sources -- [ROUNDS] [SEED] [--fault ${names}]`);
  process.exit(2);
}
for (const fault of chosen) {
  try {
    await soak(fault);
  } catch (error) {
    print(String(error));
    process.exitCode = 1;
  }
}

async function soak(fault: Fault): Promise<void> {
  const { name, problem, note = '' } = fault;
  if (problem !== '') {
    print(`${name}: ${problem}`);
    return;
  }
  const again = `npm run soak:sources -- ${rounds} ${seed} --fault ${name}`;
  print(`${name}, seed ${seed}, ${rounds} rounds; again: ${again}${note && `; ${note}`}`);
  print('');
  print(`| ${columns.map(([title]) => title).join(' | ')} |`);
  print(`|${columns.map(() => '---|').join('')}`);
  const { rounds: summaries, runs } = await runFault(fault, { seed, rounds, onRound: printRow });
  const sum = (value: (round: RoundSummary) => number) =>
    summaries.reduce((total, round) => total + value(round), 0);
  print('');
  print(
    `${runs} runs of all kinds of sources; in these rounds ` +
      `${sum(({ events }) => events)} events in ${sum(({ acknowledged }) => acknowledged)} ` +
      `requests acknowledged, ${sum(({ unanswered }) => unanswered)} without an answer, ` +
      `${sum(({ refused }) => refused)} refused; the store holds every run once, as it was produced`,
  );
  print('');
}

function printRow(round: RoundSummary): void {
  print(`| ${columns.map(([, value]) => value(round)).join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
