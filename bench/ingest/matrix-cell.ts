// One cell of the matrix: so many senders of so large batches, by turns with the bare engine. Only
// one side works at a time; the other one is stopped, so that its merges cost nothing.

import { median } from '../quantile.ts';
import { type ServerFigures, type ServerProcess, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { BareEngine, type InsertOutcome } from './bare-engine.ts';
import { type Senders, type SendOutcome, startSenders, tookMsOf } from './senders.ts';

const STORED_BATCH = 20_000;
/** More than either side reaches: bodies are in memory before the clock starts. */
const RECORDS_PER_SECOND_MAX = 200_000;
const REQUESTS_PER_SECOND_MAX = 5_000;

export interface Cell {
  readonly batch: number;
  readonly senders: number;
}

export interface CellOptions {
  /** Bound of a turn. */
  readonly seconds: number;
  /** Turns of fnlog; the bare engine has one more. */
  readonly rounds: number;
  /** Records that are there before the clock starts. */
  readonly stored: number;
  /** Where temporary data directories are made. */
  readonly dir: string;
}

interface Round {
  readonly recordsPerSecond: number;
  /** The mean of the turns before and after. */
  readonly bareRecordsPerSecond: number;
  readonly sent: SendOutcome;
  readonly figures: ServerFigures;
}

export interface CellOutcome extends Cell {
  readonly rounds: readonly Round[];
  /** fnlog's rate to the mean of the bare engine's before and after; the median of the rounds. */
  readonly ratio: number;
}

/** @returns how many records the bodies of all turns of a cell are made of */
export function recordsNeeded(cell: Cell, { seconds, rounds, stored }: CellOptions): number {
  const turn = bodyCountOf(cell, cell.senders, seconds) * cell.batch;
  return storedBodiesOf(stored) * STORED_BATCH + turn * rounds;
}

/** @param records where the record file is */
export async function measureCell(
  cell: Cell,
  options: CellOptions,
  records: string,
): Promise<CellOutcome> {
  const directories = [temporaryDirectory(options.dir), temporaryDirectory(options.dir)] as const;
  const senders = startSenders();
  const bare = await BareEngine.open(directories[0].path, records);
  const storedBodies = storedBodiesOf(options.stored);
  const preload = { first: 0, batch: STORED_BATCH, bodies: storedBodies, inMemory: false };
  await bare.insert({ ...preload, seconds: Number.POSITIVE_INFINITY });
  bare.pause();
  const server = await startServerProcess(directories[1].path);
  const sides = { bare, server, senders, records };
  await senders.ask({
    ...preload,
    ...targetOf(sides),
    senders: 1,
    seconds: Number.POSITIVE_INFINITY,
  });
  server.pause();
  const rounds = await measureRounds(sides, cell, options);
  await server.stop();
  await Promise.all([bare.stop(), senders.stop()]);
  directories.forEach((directory) => {
    directory.remove();
  });
  return {
    ...cell,
    rounds,
    ratio: median(
      rounds.map(({ recordsPerSecond, bareRecordsPerSecond }) => {
        return recordsPerSecond / bareRecordsPerSecond;
      }),
    ),
  };
}

interface Sides {
  readonly bare: BareEngine;
  readonly server: ServerProcess;
  readonly senders: Senders;
  readonly records: string;
}

/** Bare, fnlog, bare, fnlog, bare: every turn of fnlog has one of the bare engine on each side. */
async function measureRounds(sides: Sides, cell: Cell, options: CellOptions): Promise<Round[]> {
  const { batch, senders } = cell;
  const { seconds, rounds: count } = options;
  const begin = storedBodiesOf(options.stored) * STORED_BATCH;
  const turn = bodyCountOf(cell, senders, seconds);
  const firstOf = (round: number) => begin + round * turn * batch;
  const bareTurn = async (round: number) =>
    rateOf(
      await insertBare(sides.bare, {
        first: firstOf(round),
        batch,
        bodies: bodyCountOf(cell, 1, seconds),
        seconds,
        inMemory: true,
      }),
    );
  const rounds: Round[] = [];
  let before = await bareTurn(0);
  for (let round = 0; round < count; round++) {
    const task = { first: firstOf(round), batch, bodies: turn, senders, seconds, inMemory: true };
    const { sent, figures } = await sendToServer(sides, task);
    const after = await bareTurn(round);
    rounds.push({
      recordsPerSecond: rateOf(sent),
      bareRecordsPerSecond: (before + after) / 2,
      sent,
      figures,
    });
    before = after;
  }
  return rounds;
}

async function insertBare(bare: BareEngine, task: Parameters<BareEngine['insert']>[0]) {
  bare.resume();
  const outcome = await bare.insert(task);
  bare.pause();
  return outcome;
}

async function sendToServer(
  sides: Sides,
  task: Omit<Parameters<Senders['ask']>[0], 'url' | 'authorization' | 'records'>,
) {
  const { server, senders } = sides;
  server.resume();
  await server.reset();
  const sent = await senders.ask({ ...targetOf(sides), ...task });
  const figures = await server.figures();
  server.pause();
  return { sent, figures };
}

function targetOf({ server: { url, authorization }, records }: Sides) {
  return { url, authorization, records };
}

function rateOf({ records, seconds }: SendOutcome | InsertOutcome): number {
  return records / seconds;
}

/** Enough for the time, and one for every sender. */
function bodyCountOf({ batch }: Cell, senders: number, seconds: number): number {
  const perSecond = Math.min(RECORDS_PER_SECOND_MAX / batch, REQUESTS_PER_SECOND_MAX);
  return Math.max(senders, Math.ceil(perSecond * seconds));
}

function storedBodiesOf(stored: number): number {
  return Math.ceil(stored / STORED_BATCH);
}

/** Milliseconds to the receipt of every body of a cell. */
export function cellTookMs({ rounds }: CellOutcome): number[] {
  return rounds.flatMap(({ sent }) => tookMsOf(sent));
}
