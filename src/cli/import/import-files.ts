// Files into a store, one after the other, with a note of how far each is: the same command goes on
// where it was stopped. The notes go once every file was read to its end.

import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SingleBar } from 'cli-progress';
import type { Settings } from '../../config/schema.ts';
import { AppError } from '../../domain/errors.ts';
import { buildReadZonedTime, type ReadZonedTime } from '../../wire/time-from-zone.ts';
import { type Backend, openBackend } from '../open-backend.ts';
import { stopSignal } from '../stop-signal.ts';
import { StoppedError } from '../stopped-error.ts';
import type { FileFormat, ImportFormat } from './formats.ts';
import { importFile } from './import-file.ts';
import type { ImportTally } from './import-records.ts';
import { startBar, summaryOf } from './import-report.ts';
import type { Place } from './place.ts';
import { ProgressNote } from './progress-note.ts';
import { type ColumnMap, parseColumnMap } from './read-csv.ts';
import { Rejects } from './rejects.ts';

export interface ImportFilesOptions {
  readonly format?: ImportFormat;
  readonly columns?: string;
  readonly namespace?: string;
  readonly functionName?: string;
  readonly rejects?: string;
  readonly fromStart?: true;
}

/** A file to read. */
export interface ImportSource {
  /** How messages call it. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** It is there another time, so that the import can go on. */
  readonly isLasting: boolean;
}

interface Session {
  readonly backend: Backend;
  readonly tally: ImportTally;
  readonly columns: ColumnMap;
  readonly readTime: ReadZonedTime;
  readonly options: ImportFilesOptions;
  readonly rejects: Rejects;
  readonly bar: SingleBar;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * @throws AppError all_rejected where some records were not taken; invalid_parameter; as importFile
 *   does; StoppedError after SIGINT or SIGTERM
 */
export async function importFiles(
  sources: readonly ImportSource[],
  settings: Settings,
  options: ImportFilesOptions,
): Promise<void> {
  const columns = parseColumnMap(options.columns);
  const readTime = buildReadZonedTime(settings.timeZone);
  const notes = await Promise.all(sources.map((source) => openNote(source, settings, options)));
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const rejects = new Rejects(
    options.rejects,
    notes.some((note) => (note?.done ?? 0) > 0),
  );
  const tally: ImportTally = { accepted: 0, replaced: 0, duplicates: 0, rejected: 0 };
  const backend = await openBackend(settings);
  const bar = startBar(sources.reduce((sum, { size }) => sum + size, 0));
  const beganAt = performance.now();
  const session: Session = {
    ...{ backend, tally, columns, readTime, options, rejects, bar, say: buildSay() },
    signal: stop.signal,
  };
  try {
    for (const [index, source] of sources.entries()) {
      await importSource(source, notes[index], session);
    }
    await Promise.all(notes.map((note) => note?.remove()));
  } finally {
    bar.stop();
    await backend.close();
    rejects.close();
    console.log(summaryOf(tally, performance.now() - beganAt));
  }
  if (tally.rejected > 0) {
    throw new AppError('all_rejected', rejects.text(tally.rejected));
  }
}

/** Says each thing once. */
function buildSay(): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) {
      said.add(text);
      console.error(text);
    }
  };
}

async function importSource(
  source: ImportSource,
  note: ProgressNote | undefined,
  session: Session,
): Promise<void> {
  const { rejects, bar, signal, say, options } = session;
  const { name, size } = source;
  if (note?.isComplete) {
    say(`${name} was read to its end before; --from-start reads it again`);
    bar.increment(size);
    return;
  }
  if (note !== undefined && note.done > 0) {
    const before = `${note.done.toLocaleString('en-US')} records were sent before`;
    say(`${name} goes on where it was stopped: ${before}; --from-start begins anew`);
  }
  let done = note?.done ?? 0;
  const onDone = async (place: Place, count: number, format: FileFormat) => {
    done += count;
    await kept(() => note?.write(place, done, format), session);
  };
  try {
    await importFile(source, note, {
      ...session,
      format: options.format,
      query: queryFrom(options),
      onRejected: (rejected) => rejects.add(name, rejected),
      onRead: (bytes) => bar.increment(bytes),
      onDone,
    });
  } catch (error) {
    // Waiting for a server that is too busy ends by an error of the signal.
    if (!(signal.aborted && error instanceof Error && error.name === 'AbortError')) {
      throw error;
    }
  }
  if (signal.aborted) {
    throw new StoppedError(whatNext(source));
  }
  await kept(() => note?.complete(), session);
}

function whatNext({ name, isLasting }: ImportSource): string {
  return isLasting
    ? `stopped in ${name}; the same command goes on from there`
    : `stopped in ${name}; what was sent is stored, and counts as there already the next time`;
}

/** A note that cannot be written makes no record less durable. */
async function kept(
  write: () => Promise<void> | undefined,
  { say }: Pick<Session, 'say'>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`how far the import is cannot be kept: ${why}`);
  }
}

async function openNote(
  { path, isLasting }: ImportSource,
  settings: Settings,
  options: ImportFilesOptions,
): Promise<ProgressNote | undefined> {
  const { dataDir, server, clickhouseUrl } = settings;
  const { format, columns, fromStart = false } = options;
  // Another machine's store has no folder here.
  const directory =
    server === undefined ? join(dataDir, 'import') : join(homedir(), '.local/state/fnlog/import');
  return isLasting
    ? await ProgressNote.open({
        directory,
        target: JSON.stringify([server ?? clickhouseUrl ?? resolve(dataDir)]),
        path,
        asked: JSON.stringify([format ?? '', columns ?? '', options.namespace ?? '']),
        fromStart,
      })
    : undefined;
}

function queryFrom({ namespace, functionName }: ImportFilesOptions) {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(functionName === undefined ? {} : { functionName }),
  };
}

/** @throws AppError invalid_parameter for what is no file */
export async function importSourceOf(path: string): Promise<ImportSource> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) {
      // A pipe in place of a file is there only once.
      return { name: path, path, size: found.size, isLasting: found.isFile() };
    }
  } catch (cause) {
    throw new AppError('invalid_parameter', `the file ${path} cannot be read`, { cause });
  }
  throw new AppError('invalid_parameter', `${path} is a folder: name the files in it`);
}
