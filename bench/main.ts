// npm run bench -- ingest | pages | signatures | wrap: how fast fnlog is on this machine, beside the bare engine.

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { BARE_ENGINE, type BareEngineTask } from './bare-engine.ts';
import type { IngestBenchOptions } from './ingest-bench.ts';
import type { PagesBenchOptions } from './pages-bench.ts';
import { endProgress, printReport, type ReportOptions } from './report.ts';
import type { SignatureBenchOptions } from './signature-bench.ts';
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
    return EXIT_FAILED;
  }
}

function buildProgram(): Command {
  const program = new Command('npm run bench --')
    .description('Measure fnlog on this machine, beside the bare engine in the same run.')
    .showHelpAfterError()
    .exitOverride();
  withCommonOptions(program.command('ingest'))
    .description('Records a second from the socket to durable.')
    .option('--seconds <n>', 'bound of each cell and side', positive, 5)
    .option('--stored <n>', 'records that are there before', whole, 100_000)
    .option('--batches <list>', 'records in a request', list, [1, 10, 100, 1_000, 10_000, 50_000])
    .option(
      '--senders <list>',
      'senders at once; over 100 only for small batches',
      list,
      [1, 4, 16, 200],
    )
    .action(async (options: IngestBenchOptions & ReportOptions) => {
      const { runIngestBench } = await import('./ingest-bench.ts');
      printReport(await runIngestBench(options), options);
    });
  withCommonOptions(program.command('pages'))
    .description('Time to the first page with its exact total, to a deep page and to a count.')
    .option('--records <n>', 'records to load', positive, 1_000_000)
    .option('--runs <n>', 'measured runs of each question', positive, 30)
    .option('--settle-seconds <n>', 'longest wait for merges after the load', whole, 60)
    .action(async (options: PagesBenchOptions & ReportOptions) => {
      const { runPagesBench } = await import('./pages-bench.ts');
      printReport(await runPagesBench(options), options);
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
  program
    .command(BARE_ENGINE, { hidden: true })
    .argument('<task>')
    .action(async (task: string) => {
      const { runBareEngine } = await import('./bare-engine-process.ts');
      process.send?.(await runBareEngine(JSON.parse(task) as BareEngineTask));
    });
  return program;
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
