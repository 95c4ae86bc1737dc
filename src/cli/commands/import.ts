// fnlog import: records from files. Native NDJSON and JSON, and what GetFunctionLogs answered.

import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { SettingKey, Settings } from '../../config/schema.ts';
import { AppError } from '../../domain/errors.ts';
import { buildReadZonedTime } from '../../wire/time-from-zone.ts';
import { type ImportTally, importRecords, type RejectedRecord } from '../import/import-records.ts';
import { readCandidates } from '../import/read-candidates.ts';
import { spoolStandardInput } from '../import/spool-standard-input.ts';
import { openBackend } from '../open-backend.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';

const settingKeysUsed: readonly SettingKey[] = [...clientSettingKeys, 'timeZone'];
export const IMPORT = 'import';
/** In place of a file. */
export const STANDARD_INPUT = '-';
const BYTES_MAX = 256 * 1024 * 1024;
/** More reasons than this go into the rejects file only. */
const REASONS_SHOWN = 5;

interface ImportOptions {
  readonly namespace?: string;
  readonly rejects?: string;
}

export function importCommand(): Command {
  const command = new Command(IMPORT)
    .description(
      'Store the records of files: native NDJSON or JSON, and what GetFunctionLogs answered (API 2.0 and 3.0), each also as gzip.',
    )
    .argument('<file...>', '- is standard input.')
    .option('--namespace <name>', 'For rows of GetFunctionLogs, which do not say it.')
    .option('--rejects <file>', 'Where records go that are not taken, with the reason (NDJSON).');
  return addSettingsOptions(command, settingKeysUsed).action(importFiles);
}

async function importFiles(files: readonly string[], options: ImportOptions): Promise<void> {
  const settings = settingsFrom({ ...options }, settingKeysUsed);
  const spool = files.includes(STANDARD_INPUT) ? await spoolStandardInput() : undefined;
  try {
    const sources = await Promise.all(files.map((file) => sourceOf(file, spool?.path)));
    await importSources(sources, settings, options);
  } finally {
    await spool?.remove();
  }
}

async function importSources(
  sources: readonly Source[],
  settings: Settings,
  options: ImportOptions,
): Promise<void> {
  const rejects = openRejects(options.rejects);
  const tally: ImportTally = { accepted: 0, replaced: 0, duplicates: 0, rejected: 0 };
  const bar = startBar(sources);
  const backend = await openBackend(settings);
  try {
    for (const { name, path } of sources) {
      const chunks = counted(createReadStream(path), bar);
      await importRecords(readCandidates(chunks, { name, bytesMax: BYTES_MAX }), tally, {
        ingest: (records) => backend.ingest(records),
        onRejected: (rejected) => rejects.note(name, rejected),
        readTime: buildReadZonedTime(settings.timeZone),
        namespace: options.namespace,
      });
    }
  } finally {
    bar.stop();
    await backend.close();
    await rejects.close();
    console.log(summaryOf(tally));
  }
  if (tally.rejected > 0) {
    throw new AppError('all_rejected', rejects.text(tally.rejected));
  }
}

interface Source {
  /** How messages call it. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

/** @throws AppError invalid_parameter for what is no file */
async function sourceOf(file: string, spoolPath: string | undefined): Promise<Source> {
  const isInput = file === STANDARD_INPUT && spoolPath !== undefined;
  const [name, path] = isInput ? ['standard input', spoolPath] : [file, file];
  try {
    const found = await stat(path);
    if (!found.isDirectory()) {
      return { name, path, size: found.size };
    }
  } catch (cause) {
    throw new AppError('invalid_parameter', `the file ${file} cannot be read`, { cause });
  }
  throw new AppError('invalid_parameter', `${file} is a folder: name the files in it`);
}

async function* counted(source: AsyncIterable<Buffer>, bar: SingleBar): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    bar.increment(chunk.length);
    yield chunk;
  }
}

function startBar(sources: readonly Source[]): SingleBar {
  const bar = new SingleBar({
    format: 'import {bar} {percentage} %, {eta_formatted} left',
    clearOnComplete: true,
    stream: process.stderr,
  });
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  if (process.stderr.isTTY && total > 0) {
    bar.start(total, 0);
  }
  return bar;
}

function summaryOf({ accepted, replaced, duplicates, rejected }: ImportTally): string {
  const [all, fresh, taken, known, bad] = [
    accepted + replaced + duplicates + rejected,
    accepted,
    replaced,
    duplicates,
    rejected,
  ].map((count) => count.toLocaleString('en-US'));
  return `${all} records read: ${fresh} new, ${taken} replaced, ${known} there already, ${bad} rejected`;
}

interface Rejects {
  note(file: string, rejected: RejectedRecord): void;
  /** The sentence that ends the command. */
  text(count: number): string;
  close(): Promise<void>;
}

function openRejects(path: string | undefined): Rejects {
  const stream: WriteStream | undefined =
    path === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  const shown: string[] = [];
  return {
    note: (file, { line, field, reason, record }) => {
      stream?.write(`${JSON.stringify({ file, line, field, reason, record })}\n`);
      if (shown.length < REASONS_SHOWN) {
        shown.push(`  ${file}, line ${line}: ${[field, reason].join(' ').trim()}`);
      }
    },
    text: (count) => {
      const where = path === undefined ? 'give --rejects FILE to keep them' : `they are in ${path}`;
      return [`${count} records were not taken; ${where}:`, ...shown].join('\n');
    },
    close: async () => {
      if (stream !== undefined) {
        stream.end();
        await finished(stream);
      }
    },
  };
}
