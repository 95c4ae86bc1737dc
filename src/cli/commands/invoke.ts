// fnlog invoke: runs a function from a folder and keeps a record of every run.

import { readFile } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { type LocalFunctionsApp, openLocalFunction } from '../../app/local-functions.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import type { Invocation } from '../../domain/invocation.ts';
import { encodeInvocation, type NativeInvocation } from '../../wire/native/encode-invocation.ts';
import { type Backend, openBackend } from '../open-backend.ts';
import { outcomeText } from '../outcome-text.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';

const COUNT_MAX = 1_000_000;
const CONCURRENCY_MAX = 64;
/** Records are stored as they come, so that a stop half way loses few of them. */
const STORE_EVERY = 100;

interface InvokeOptions {
  readonly output: 'text' | 'jsonl';
  readonly event: string;
  readonly count: string;
  readonly concurrency: string;
}

interface Tally {
  ok: number;
  failed: number;
  last: Invocation | undefined;
}

export function invokeCommand(): Command {
  const command = new Command('invoke')
    .description('Run the function in a folder and keep a record of every run.')
    .argument('<dir>', 'Folder with index.js or index.py, and perhaps function.json.')
    .option('--event <json>', 'The event: JSON, or @FILE.', '{}')
    .option('-n, --count <count>', 'How many runs.', '1')
    .option('--concurrency <count>', 'How many at the same time.', '1')
    .addOption(
      new Option('-o, --output <format>', 'jsonl prints every record as it was stored.')
        .choices(['text', 'jsonl'])
        .default('text'),
    );
  return addSettingsOptions(command, clientSettingKeys).action(invoke);
}

async function invoke(dir: string, options: InvokeOptions): Promise<void> {
  const event = await readEvent(options.event);
  const count = wholeFrom(options.count, '--count', COUNT_MAX);
  const concurrency = wholeFrom(options.concurrency, '--concurrency', CONCURRENCY_MAX);
  const settings = settingsFrom({ ...options }, clientSettingKeys);
  const local = await openLocalFunction(dir, concurrency);
  try {
    const backend = await openBackend(settings);
    try {
      const onStored = options.output === 'jsonl' ? printRecord : undefined;
      const tally = await runAll(local, backend, { event, count, concurrency, onStored });
      if (options.output === 'text') {
        report(tally, count);
      }
    } finally {
      await backend.close();
    }
  } finally {
    await local.close();
  }
}

interface RunOptions {
  readonly event: unknown;
  readonly count: number;
  readonly concurrency: number;
  readonly onStored: ((record: NativeInvocation) => void) | undefined;
}

async function runAll(
  local: LocalFunctionsApp,
  backend: Backend,
  { event, count, concurrency, onStored }: RunOptions,
): Promise<Tally> {
  const fn = local.functions[0];
  if (fn === undefined) {
    throw new AppError('not_found', local.refused[0]?.reason ?? 'there is no function');
  }
  const tally: Tally = { ok: 0, failed: 0, last: undefined };
  const bar = new SingleBar({
    format: 'runs {bar} {value}/{total}, {eta_formatted} left',
    clearOnComplete: true,
    stream: process.stderr,
  });
  const waiting: Invocation[] = [];
  const store = async () => {
    const records = waiting.splice(0).map(encodeInvocation);
    if (records.length > 0) {
      await backend.ingest(records);
      for (const record of records) {
        onStored?.(record);
      }
    }
  };
  let started = 0;
  const worker = async () => {
    while (started < count) {
      started += 1;
      const invocation = await local.run(fn, event);
      waiting.push(invocation);
      tally.last = invocation;
      tally[invocation.retCode === 0 ? 'ok' : 'failed'] += 1;
      bar.increment();
      if (waiting.length >= STORE_EVERY) {
        await store();
      }
    }
  };
  if (count > 1 && process.stderr.isTTY) {
    bar.start(count, 0);
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  } finally {
    bar.stop();
    await store();
  }
  return tally;
}

function report({ ok, failed, last }: Tally, count: number): void {
  if (count > 1 || last === undefined) {
    console.log(`${count} runs stored: ${ok} ok, ${failed} failed`);
    return;
  }
  console.log(last.log);
  console.log(`returned: ${last.retMsg}`);
  console.error(`${last.functionName} ${last.requestId}: ${outcomeText(last)}`);
}

function printRecord(record: NativeInvocation): void {
  console.log(JSON.stringify(record));
}

async function readEvent(text: string): Promise<unknown> {
  const fromFile = text.startsWith('@');
  const json = fromFile ? await readEventFile(text.slice(1)) : text;
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new AppError(
      'invalid_parameter',
      `--event ${shownValue(text)} is not JSON: it takes JSON, or @ and the path of a JSON file`,
      { cause },
    );
  }
}

async function readEventFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('invalid_parameter', `--event: the file ${path} cannot be read`, { cause });
  }
}

function wholeFrom(text: string, option: string, max: number): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > max) {
    throw new AppError(
      'invalid_parameter',
      `${option} is ${shownValue(text)}: it takes a whole number from 1 to ${max}`,
    );
  }
  return count;
}
