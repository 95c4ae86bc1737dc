// fnlog import: records from files, in the form that whatever made them left them in.

import { Command, Option } from 'commander';
import type { SettingKey } from '../../config/schema.ts';
import { addFollowOptions, type FollowOptions, followFiles } from '../follow/follow-files.ts';
import { importFormats } from '../import/formats.ts';
import {
  type ImportFilesOptions,
  type ImportSource,
  importFiles,
  importSourceOf,
} from '../import/import-files.ts';
import { spoolStandardInput } from '../import/spool-standard-input.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';

const settingKeysUsed: readonly SettingKey[] = [...clientSettingKeys, 'timeZone'];
export const IMPORT = 'import';
/** In place of a file. */
export const STANDARD_INPUT = '-';

export function importCommand(): Command {
  const command = new Command(IMPORT)
    .description(
      'Store the records of files: native NDJSON, JSON or CSV, what GetFunctionLogs answered (API 2.0 and 3.0), what CLS, CloudWatch Logs and the Lambda Telemetry API gave out, OTLP in JSON; each also as gzip or zstd.',
    )
    .argument('<file...>', '- is standard input.')
    .addOption(
      new Option('--format <name>', 'What the files hold; default: told by their content.').choices(
        importFormats,
      ),
    )
    .option(
      '--columns <map>',
      'For CSV: FIELD=COLUMN,… where a column is not named like its field.',
    )
    .option('--namespace <name>', 'For rows and events that do not say it.')
    .option('--function-name <name>', 'For events of Lambda that do not say it.')
    .option('--rejects <file>', 'Where records go that are not taken, with the reason (NDJSON).')
    .option('--from-start', 'Read files again that an import was stopped in.');
  return addSettingsOptions(addFollowOptions(command), settingKeysUsed).action(run);
}

async function run(
  files: readonly string[],
  options: ImportFilesOptions & FollowOptions,
): Promise<void> {
  const settings = settingsFrom({ ...options }, settingKeysUsed);
  if (options.follow === true) {
    await followFiles(files, options, settings);
    return;
  }
  const spool = files.includes(STANDARD_INPUT) ? await spoolStandardInput() : undefined;
  const sourceOf = async (file: string): Promise<ImportSource> =>
    file === STANDARD_INPUT && spool !== undefined
      ? { ...(await importSourceOf(spool.path)), name: 'standard input', isLasting: false }
      : await importSourceOf(file);
  try {
    await importFiles(await Promise.all(files.map(sourceOf)), settings, options);
  } finally {
    await spool?.remove();
  }
}
