// npm run bench -- ingest | pages | query | console | signatures | wrap: how fast fnlog is on this machine, beside the bare engine.

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { ConsoleBenchOptions } from './console/console-options.ts';
import type { DuplicatesBenchOptions } from './ingest/duplicates-bench.ts';
import type { MatrixBenchOptions } from './ingest/matrix-bench.ts';
import type { SustainedBenchOptions } from './ingest/sustained-bench.ts';
import type { PagesBenchOptions } from './pages-bench.ts';
import { type PeerName, peerNames } from './peers/peer.ts';
import type { QueryBenchOptions } from './query/findings.ts';
import {
  endProgress,
  printLastReport,
  printReport,
  type Report,
  type ReportOptions,
} from './report.ts';
import type { SignatureBenchOptions } from './signature-bench.ts';
import { WORKER, type WorkerKind } from './worker-process.ts';
import type { WrapBenchOptions } from './wrap-bench.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As src/launch.cts sets it: the engine's statements run on these threads. */
const THREADS = '16';

// Fixed once the first ES module is loaded, so it takes another process.
process.exitCode =
  process.env['UV_THREADPOOL_SIZE'] === undefined ? runWithThreads() : await runBench();

function runWithThreads(): number {
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
  });
  return status ?? EXIT_FAILED;
}

async function runBench(): Promise<number> {
  try {
    await buildProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : EXIT_USAGE;
    }
    endProgress();
    console.error(error);
    // Processes that are still at work would keep this one: they end with it.
    process.exit(EXIT_FAILED);
  }
}

function buildProgram(): Command {
  const program = new Command('npm run bench --')
    .description('Measure fnlog on this machine, beside the bare engine in the same run.')
    .showHelpAfterError()
    .exitOverride();
  withIngestOptions(withCommonOptions(program.command('ingest'))).action(runIngest);
  withCommonOptions(program.command('pages'))
    .description('Time to the first page with its exact total, to a deep page and to a count.')
    .option('--records <n>', 'records to load', positive, 1_000_000)
    .option('--runs <n>', 'measured runs of each question', positive, 30)
    .option('--settle-seconds <n>', 'longest wait for merges after the load', whole, 60)
    .action(async (options: PagesBenchOptions & ReportOptions) => {
      const { runPagesBench } = await import('./pages-bench.ts');
      printReport(await runPagesBench(options), options);
    });
  withCommonOptions(program.command('query'))
    .description(
      'Pages with exact totals over HTTP, quiet and while records arrive, beside others.',
    )
    .option('--records <n>', 'records to load', positive, 1_000_000)
    .option('--runs <n>', 'measured runs of each question', positive, 50)
    .option('--ingest-rate <n>', 'records a second that arrive meanwhile; 0: none', whole, 5_000)
    .option('--peers <list>', `of ${peerNames.join(', ')}, or none`, peers, [...peerNames])
    .option('--peer-runs <n>', 'measured runs of each question to the others', positive, 5)
    .option('--peer-minutes <n>', 'no question to another one after so long', positive, 30)
    .option('--settle-seconds <n>', 'longest wait for merges after the load', whole, 120)
    .action(async (options: QueryBenchOptions & ReportOptions) => {
      const { runQueryBench } = await import('./query/query-bench.ts');
      await printLastReport(runQueryBench(options), options);
    });
  withCommonOptions(program.command('console'))
    .description('From the click until each view of the console is there, in Chromium.')
    .option('--records <n>', 'records to load', positive, 1_000_000)
    .option('--data-dir <directory>', 'one that holds the workload already')
    .option('--runs <n>', 'clicks for each view', positive, 7)
    .option('--settle-seconds <n>', 'longest wait for merges after the load', whole, 120)
    .action(async (options: ConsoleBenchOptions & ReportOptions) => {
      // By a name that the compiler does not follow: it needs a browser's types.
      const bench: string = './console/console-bench.ts';
      const { runConsoleBench } = (await import(bench)) as ConsoleBench;
      printReport(await runConsoleBench(options), options);
    });
  withCommonOptions(program.command('signatures'))
    .description('What a signature check costs, a wrong one beside a right one.')
    .option('--rounds <n>', 'measured rounds of each kind', positive, 100)
    .action(async (options: SignatureBenchOptions & ReportOptions) => {
      const { runSignatureBench } = await import('./signature-bench.ts');
      printReport(runSignatureBench(options), options);
    });
  withCommonOptions(program.command('wrap'))
    .description('What fnlog/wrap adds to a run of a handler, with the server up and away.')
    .option('--runs <n>', 'measured runs of each kind', positive, 20_000)
    .action(async (options: WrapBenchOptions & ReportOptions) => {
      const { runWrapBench } = await import('./wrap-bench.ts');
      printReport(await runWrapBench(options), options);
    });
  program.command(WORKER, { hidden: true }).argument('<kind>').action(runWorker);
  return program;
}

interface ConsoleBench {
  runConsoleBench(options: ConsoleBenchOptions): Promise<Report>;
}

type IngestOptions = MatrixBenchOptions &
  SustainedBenchOptions &
  Pick<DuplicatesBenchOptions, 'loadRecords'> &
  ReportOptions & {
    readonly sustained: boolean;
    readonly profile: boolean;
    readonly duplicates: boolean;
  };

function withIngestOptions(command: Command): Command {
  return command
    .description('Records a second from the socket to durable, beside the bare engine.')
    .option('--seconds <n>', 'bound of each turn in a cell', positive, 3)
    .option(
      '--rounds <n>',
      'turns of fnlog in a cell, each between two of the bare engine',
      positive,
      2,
    )
    .option('--stored <n>', 'records that are there before', whole, 100_000)
    .option(
      '--batches <list>',
      'records in a request',
      list,
      [1, 10, 100, 1_000, 5_000, 10_000, 50_000],
    )
    .option(
      '--senders <list>',
      'senders at once; over 100 only for small batches',
      list,
      [1, 4, 16, 200],
    )
    .option('--sustained', 'one long load instead, and other systems beside it', false)
    .option('--records <n>', 'with --sustained: records to load', positive, 5_000_000)
    .option('--peers <list>', `with --sustained: of ${peerNames.join(', ')}, or none`, peers, [
      ...peerNames,
    ])
    .option(
      '--peer-records <n>',
      'with --sustained: records for every other load',
      positive,
      1_000_000,
    )
    .option('--peer-seconds <n>', 'with --sustained: bound of every other load', positive, 40)
    .option('--settle-seconds <n>', 'with --sustained: longest wait for merges', whole, 60)
    .option('--duplicates', 'loads that were partly sent before instead, likewise', false)
    .option('--load-records <n>', 'with --duplicates: records of a load', positive, 400_000)
    .option('--profile', 'where the time goes instead, in the first batch size and senders', false);
}

async function runIngest(options: IngestOptions): Promise<void> {
  const [batch = 1] = options.batches;
  const [senders = 1] = options.senders;
  if (options.duplicates) {
    const { runDuplicatesBench } = await import('./ingest/duplicates-bench.ts');
    printReport(await runDuplicatesBench({ ...options, batch, senders }), options);
  } else if (options.profile) {
    const { runProfileBench } = await import('./ingest/profile-bench.ts');
    printReport(await runProfileBench({ ...options, batch, senders }), options);
  } else if (options.sustained) {
    const { runSustainedBench } = await import('./ingest/sustained-bench.ts');
    printReport(await runSustainedBench(options), options);
  } else {
    const { runMatrixBench } = await import('./ingest/matrix-bench.ts');
    printReport(await runMatrixBench(options), options);
  }
}

async function runWorker(kind: WorkerKind): Promise<void> {
  switch (kind) {
    case 'bare-engine':
      return (await import('./ingest/bare-engine-process.ts')).runBareEngine();
    case 'senders':
      return (await import('./ingest/senders-process.ts')).runSenders();
    case 'store-size':
      return (await import('./ingest/store-size.ts')).runStoreSize();
    case 'peer':
      return (await import('./peers/peer-process.ts')).runPeer();
    default:
      throw new Error(`there is no worker of the kind ${kind satisfies never}`);
  }
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--dir <directory>', 'where temporary data directories are made', tmpdir())
    .option('--markdown', 'print a Markdown table', false)
    .option('--json <file>', 'write the raw figures to a file');
}

function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return value;
}

function positive(text: string): number {
  const value = whole(text);
  if (value === 0) {
    throw new InvalidArgumentError('It must be above 0.');
  }
  return value;
}

function list(text: string): number[] {
  return text.split(',').map(positive);
}

function peers(text: string): PeerName[] {
  return text === 'none' ? [] : text.split(',').map(peer);
}

function peer(name: string): PeerName {
  const found = peerNames.find((known) => known === name);
  if (found === undefined) {
    throw new InvalidArgumentError(`It must be of ${peerNames.join(', ')}, or none.`);
  }
  return found;
}
