// fnlog functions: every function with its figures, what changed most first.

import { Command, type Command as CommanderCommand, Option } from 'commander';
import { systemClock } from '../../domain/clock.ts';
import { comparisons, functionOrders } from '../../domain/function-statistics.ts';
import { orderDirections } from '../../domain/invocation-query.ts';
import { rfc3339 } from '../../wire/native/encode-invocation.ts';
import { openBackend } from '../open-backend.ts';
import { parseTimeUs } from '../parse-time.ts';
import { type FigureFormat, figureFormats, renderFunctions } from '../render-figures.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';
import { urlParameters } from '../url-parameters.ts';

interface FunctionsOptions {
  readonly namespace: string;
  readonly since?: string;
  readonly until?: string;
  readonly compare?: string;
  readonly orderBy?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly offset?: string;
  readonly output?: FigureFormat;
}

export function functionsCommand(): CommanderCommand {
  const command = new Command('functions')
    .description('Show every function with its figures, what changed most first.')
    .option('--since <time>', 'From here on; a day before the end where it is left out.')
    .option('--until <time>', 'Up to here; now where it is left out.')
    .option('--namespace <name>', 'Namespace.', 'default')
    .addOption(new Option('--compare <window>', 'What to compare with.').choices(comparisons))
    .addOption(new Option('--order-by <field>', 'What to sort by.').choices(functionOrders))
    .addOption(new Option('--order <direction>', 'Which way.').choices(orderDirections))
    .option('-n, --limit <count>', 'Functions.')
    .option('--offset <count>', 'Functions to pass over first.')
    .addOption(
      new Option(
        '-o, --output <format>',
        'Default: a table on a terminal, jsonl in a pipe.',
      ).choices(figureFormats),
    );
  return addSettingsOptions(command, clientSettingKeys).action(functions);
}

async function functions(options: FunctionsOptions): Promise<void> {
  const backend = await openBackend(settingsFrom({ ...options }, clientSettingKeys));
  try {
    const page = await backend.functions(parametersFrom(options));
    const output = options.output ?? (process.stdout.isTTY ? 'table' : 'jsonl');
    const text = renderFunctions(page, output);
    if (text !== '') {
      console.log(text);
    }
    const count = (value: number) => value.toLocaleString('en-US');
    const seconds = (time: string) => time.replace(/\.\d+Z$/, 'Z');
    console.error(
      `since ${seconds(page.since)} until ${seconds(page.until)}: ${count(page.functions.length)} of ${count(page.total)} functions`,
    );
  } finally {
    await backend.close();
  }
}

function parametersFrom(options: FunctionsOptions): URLSearchParams {
  const { namespace, since, until, compare, orderBy, order, limit, offset } = options;
  const nowMs = systemClock.now();
  return urlParameters({
    namespace,
    since: since === undefined ? undefined : rfc3339(parseTimeUs(since, '--since', nowMs)),
    until: until === undefined ? undefined : rfc3339(parseTimeUs(until, '--until', nowMs)),
    ...{ compare, orderBy, order, limit, offset },
  });
}
