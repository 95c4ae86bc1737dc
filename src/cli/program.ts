// The command line: a table of commands over commander. Exit codes: 0 done, 1 failed, 2 wrong use,
// 130 stopped with work left.

import { Command, CommanderError } from 'commander';
import { AppError } from '../domain/errors.ts';
import { devCommand } from './commands/dev.ts';
import { errorsCommand } from './commands/errors.ts';
import { functionsCommand } from './commands/functions.ts';
import { IMPORT, importCommand, STANDARD_INPUT } from './commands/import.ts';
import { invokeCommand } from './commands/invoke.ts';
import { keysCommand } from './commands/keys.ts';
import { logsCommand } from './commands/logs.ts';
import { serveCommand } from './commands/serve.ts';
import { statsCommand } from './commands/stats.ts';
import { fnlogVersion } from './fnlog-version.ts';
import { hideStandardInput } from './hide-standard-input.ts';
import { StoppedError } from './stopped-error.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As a shell says it of a command that SIGINT has ended. */
const EXIT_STOPPED = 130;

const commands = [
  serveCommand,
  devCommand,
  invokeCommand,
  logsCommand,
  functionsCommand,
  statsCommand,
  errorsCommand,
  importCommand,
  keysCommand,
];

/**
 * @param args without the interpreter and the program's name
 * @returns the exit code; everything to be said has been said
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = new Command('fnlog')
    .description('One record for every run of every serverless function, on your machines.')
    .version(fnlogVersion(), '-V, --version')
    .helpOption('-h, --help')
    .showHelpAfterError('(fnlog COMMAND --help tells more)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .hook('preAction', (_program, command) => {
      if (!readsStandardInput(command.name(), command.args)) {
        hideStandardInput();
      }
    });
  for (const build of commands) {
    const command = build();
    // Sub-commands made elsewhere inherit nothing by themselves.
    for (const each of [command, ...command.commands]) {
      each.copyInheritedSettings(program);
    }
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function readsStandardInput(command: string, args: readonly string[]): boolean {
  return command === IMPORT && args.includes(STANDARD_INPUT);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has written its message already; help and version are no errors.
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  if (error instanceof StoppedError) {
    console.error(`fnlog: ${error.message}`);
    return EXIT_STOPPED;
  }
  if (error instanceof AppError) {
    console.error(`fnlog: ${error.message}`);
    return error.code === 'invalid_parameter' || error.code === 'missing_parameter'
      ? EXIT_USAGE
      : EXIT_FAILED;
  }
  console.error('fnlog: something went wrong that should not have:');
  console.error(error);
  return EXIT_FAILED;
}
