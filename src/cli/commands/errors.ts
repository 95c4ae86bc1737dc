// fnlog errors: failed runs by the shape of what went wrong.

import { Command, type Command as CommanderCommand, Option } from 'commander';
import { systemClock } from '../../domain/clock.ts';
import { errorOrders } from '../../domain/error-groups.ts';
import { orderDirections } from '../../domain/invocation-query.ts';
import type { NativeErrorPage } from '../../wire/native/encode-errors.ts';
import { rfc3339 } from '../../wire/native/encode-invocation.ts';
import { openBackend } from '../open-backend.ts';
import { firstLine } from '../outcome-text.ts';
import { parseTimeUs } from '../parse-time.ts';
import { printable } from '../printable.ts';
import { type Column, renderTable } from '../render-table.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';
import { urlParameters } from '../url-parameters.ts';

const formats = ['table', 'json', 'jsonl'] as const;

interface ErrorsOptions {
  readonly namespace: string;
  readonly qualifier?: string;
  readonly since?: string;
  readonly until?: string;
  readonly search?: string;
  readonly orderBy?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly offset?: string;
  readonly output?: (typeof formats)[number];
}

type ErrorGroup = NativeErrorPage['errors'][number];

const columns: readonly Column<ErrorGroup>[] = [
  { head: 'RUNS', cell: ({ count }) => count.toLocaleString('en-US'), right: true },
  { head: 'FUNCTIONS', cell: ({ functions }) => String(functions), right: true },
  { head: 'LAST SEEN (UTC)', cell: ({ lastSeen }) => lastSeen.replace('T', ' ').slice(0, 19) },
  { head: 'SHAPE', cell: ({ shapeId }) => shapeId },
  { head: 'NEWEST REQUEST', cell: ({ example }) => printable(example.requestId) },
  { head: 'ERROR', cell: ({ shape }) => printable(firstLine(shape)) || '(no message)' },
];

export function errorsCommand(): CommanderCommand {
  const command = new Command('errors')
    .description('Show failed runs by what went wrong, names and numbers taken out.')
    .argument('[function]', 'Name of a function.')
    .option('--since <time>', 'From here on; a day before the end where it is left out.')
    .option('--until <time>', 'Up to here; now where it is left out.')
    .option('--namespace <name>', 'Namespace.', 'default')
    .option('--qualifier <name>', 'Only this version or alias.')
    .option('--search <words>', 'Only with these words and "phrases" in the message or the log.')
    .addOption(new Option('--order-by <field>', 'What to sort by.').choices(errorOrders))
    .addOption(new Option('--order <direction>', 'Which way.').choices(orderDirections))
    .option('-n, --limit <count>', 'Kinds of errors.')
    .option('--offset <count>', 'Kinds of errors to pass over first.')
    .addOption(
      new Option(
        '-o, --output <format>',
        'Default: a table on a terminal, jsonl in a pipe.',
      ).choices(formats),
    );
  return addSettingsOptions(command, clientSettingKeys).action(errors);
}

async function errors(functionName: string | undefined, options: ErrorsOptions): Promise<void> {
  const backend = await openBackend(settingsFrom({ ...options }, clientSettingKeys));
  try {
    const page = await backend.errors(parametersFrom(functionName, options));
    const text = render(page, options.output ?? (process.stdout.isTTY ? 'table' : 'jsonl'));
    if (text !== '') {
      console.log(text);
    }
    const count = (value: number) => value.toLocaleString('en-US');
    const seconds = (time: string) => time.replace(/\.\d+Z$/, 'Z');
    console.error(
      `since ${seconds(page.since)} until ${seconds(page.until)}: ${count(page.runs)} failed runs of ${count(page.total)} kinds`,
    );
  } finally {
    await backend.close();
  }
}

function render(page: NativeErrorPage, output: (typeof formats)[number]): string {
  switch (output) {
    case 'json':
      return JSON.stringify(page, null, 2);
    case 'jsonl':
      return page.errors.map((error) => JSON.stringify(error)).join('\n');
    case 'table':
      return page.errors.length === 0 ? '' : renderTable(page.errors, columns);
    default:
      return output satisfies never;
  }
}

function parametersFrom(functionName: string | undefined, options: ErrorsOptions): URLSearchParams {
  const { since, until, namespace, qualifier, search, orderBy, order, limit, offset } = options;
  const nowMs = systemClock.now();
  return urlParameters({
    ...{ namespace, functionName, qualifier, search, orderBy, order, limit, offset },
    since: since === undefined ? undefined : rfc3339(parseTimeUs(since, '--since', nowMs)),
    until: until === undefined ? undefined : rfc3339(parseTimeUs(until, '--until', nowMs)),
  });
}
