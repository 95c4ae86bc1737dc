// fnlog dev: the server plus local functions, each run once so that there is something to see.

import { relative } from 'node:path';
import { Command } from 'commander';
import { storeInvocations } from '../../app/core.ts';
import { type LocalFunctionsApp, openLocalFunctions } from '../../app/local-functions.ts';
import { type RunningApp, startApp } from '../../app.ts';
import { dataDirDefault, type Settings } from '../../config/schema.ts';
import type { Invocation } from '../../domain/invocation.ts';
import { firstKeyText } from '../first-key-text.ts';
import { fnlogVersion } from '../fnlog-version.ts';
import { outcomeText } from '../outcome-text.ts';
import { programName } from '../program-name.ts';
import { addSettingsOptions, serverSettingKeys, settingsFrom } from '../settings-options.ts';
import { stopSignal } from '../stop-signal.ts';

const FUNCTIONS_DIR_DEFAULT = 'functions';
const NAME_WIDTH = 18;

export function devCommand(): Command {
  const command = new Command('dev')
    .description(
      'Serve, and run the functions of a folder: POST /api/v1/functions/NAME/invocations.',
    )
    .option('--functions <dir>', 'Folder whose subfolders are functions.', FUNCTIONS_DIR_DEFAULT)
    .option('--no-first-run', 'Do not run each function once at the start.');
  return addSettingsOptions(command, serverSettingKeys).action(dev);
}

async function dev(options: Record<string, unknown>): Promise<void> {
  const stopped = stopSignal();
  const settings = settingsFrom({ logLevel: 'warn', ...options }, serverSettingKeys);
  const localFunctions = await openLocalFunctions(String(options['functions']));
  const app = await start(settings, localFunctions);
  console.log(`fnlog ${fnlogVersion()}, development mode; Ctrl-C stops it\n`);
  if (app.firstKey !== undefined) {
    console.log(`${firstKeyText(app.firstKey, app.keyPath)}\n`);
  }
  if (options['firstRun'] !== false) {
    await runEachOnce(app, localFunctions);
  }
  console.log(hints(app, localFunctions, settings));
  console.log(`fnlog listening on ${app.url}`);
  await stopped;
  await app.close();
}

async function start(settings: Settings, localFunctions: LocalFunctionsApp): Promise<RunningApp> {
  try {
    return await startApp(settings, { version: fnlogVersion(), localFunctions });
  } catch (error) {
    await localFunctions.close();
    throw error;
  }
}

async function runEachOnce(app: RunningApp, local: LocalFunctionsApp): Promise<void> {
  console.log('running each function once:');
  const records: Invocation[] = [];
  for (const fn of local.functions) {
    const invocation = await local.run(fn, { greeting: 'hello from fnlog dev' });
    records.push(invocation);
    console.log(`  ${fn.name.padEnd(NAME_WIDTH)} ${outcomeText(invocation)}`);
  }
  if (records.length > 0) {
    await storeInvocations(app.core, records);
  }
  for (const { dir, reason } of local.refused) {
    console.log(`  ${relative(process.cwd(), dir).padEnd(NAME_WIDTH)} left out: ${reason}`);
  }
  console.log('');
}

/** What a command needs to find this server, where it is not in the usual place. */
function dataDirOption({ dataDir }: Settings): string {
  return dataDir === dataDirDefault ? '' : ` --data-dir ${dataDir}`;
}

function hints(app: RunningApp, local: LocalFunctionsApp, settings: Settings): string {
  const option = dataDirOption(settings);
  const curl = settings.tlsCert === undefined ? 'curl' : `curl --cacert ${settings.tlsCert}`;
  const key = app.firstKey;
  const credentials =
    key === undefined ? 'SECRET_ID:SECRET_KEY' : `${key.secretId}:${key.secretKey}`;
  const where = key === undefined ? ` (the key is in ${app.keyPath})` : '';
  const name = (local.functions.find(({ runtime }) => runtime === 'nodejs') ?? local.functions[0])
    ?.name;
  return [
    `ask for the records${where}:`,
    `  ${curl} -u '${credentials}' '${app.url}/api/v1/invocations?limit=5'`,
    `  ${programName()} logs --limit 5${option}`,
    'run a function:',
    `  ${curl} -u '${credentials}' -d '{"name":"you"}' ${app.url}/api/v1/functions/${name ?? 'NAME'}/invocations`,
    `look around: ${app.url}/console/`,
    '',
  ].join('\n');
}
