// fnlog stats: figures over many runs.

import { Command, type Command as CommanderCommand, Option } from 'commander';
import { systemClock } from '../../domain/clock.ts';
import { rfc3339 } from '../../wire/native/encode-invocation.ts';
import { openBackend } from '../open-backend.ts';
import { parseTimeUs } from '../parse-time.ts';
import { type FigureFormat, figureFormats, renderStatistics } from '../render-figures.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';
import { urlParameters } from '../url-parameters.ts';

interface StatsOptions {
  readonly namespace: string;
  readonly qualifier?: string;
  readonly since?: string;
  readonly until?: string;
  readonly by: readonly string[];
  readonly step?: string;
  readonly asOf?: string;
  readonly output?: FigureFormat;
}

const groupNames: Readonly<Record<string, string>> = {
  function: 'functionName',
  qualifier: 'qualifier',
  hour: 'time',
  day: 'time',
  time: 'time',
};
const steps: Readonly<Record<string, string>> = { hour: '1h', day: '1d' };

export function statsCommand(): CommanderCommand {
  const command = new Command('stats')
    .description(
      'Show figures over many runs: how many, how long, how much memory, what they cost.',
    )
    .argument('[function]', 'Name of a function.')
    .addOption(
      new Option('--by <group...>', 'What to tell apart.')
        .choices(Object.keys(groupNames))
        .default(['function']),
    )
    .option('--step <length>', 'With --by time: 5m, 1h, 1d, or seconds.')
    .option('--since <time>', 'From here on: 5m, 1h30m, 2d, yesterday, a date and time, an epoch.')
    .option('--until <time>', 'Up to here, likewise.')
    .option('--namespace <name>', 'Namespace.', 'default')
    .option('--qualifier <name>', 'Only this version or alias.')
    .option('--as-of <mark>', 'What an earlier answer was about.')
    .addOption(
      new Option(
        '-o, --output <format>',
        'Default: a table on a terminal, jsonl in a pipe.',
      ).choices(figureFormats),
    );
  return addSettingsOptions(command, clientSettingKeys).action(stats);
}

async function stats(functionName: string | undefined, options: StatsOptions): Promise<void> {
  const backend = await openBackend(settingsFrom({ ...options }, clientSettingKeys));
  try {
    const statistics = await backend.statistics(parametersFrom(functionName, options));
    const output = options.output ?? (process.stdout.isTTY ? 'table' : 'jsonl');
    const text = renderStatistics(statistics, output);
    if (text !== '') {
      console.log(text);
    }
    const runs = statistics.groups.reduce((sum, group) => sum + group.runs, 0);
    console.error(`${runs.toLocaleString('en-US')} runs, as of ${statistics.asOf}`);
  } finally {
    await backend.close();
  }
}

function parametersFrom(functionName: string | undefined, options: StatsOptions): URLSearchParams {
  const { namespace, qualifier, since, until, by, step, asOf } = options;
  const nowMs = systemClock.now();
  const length = step ?? by.map((name) => steps[name]).find((known) => known !== undefined);
  return urlParameters({
    namespace,
    functionName,
    qualifier,
    since: since === undefined ? undefined : rfc3339(parseTimeUs(since, '--since', nowMs)),
    until: until === undefined ? undefined : rfc3339(parseTimeUs(until, '--until', nowMs)),
    groupBy: [...new Set(by.map((name) => groupNames[name]))].join(','),
    step: length,
    asOf,
  });
}
