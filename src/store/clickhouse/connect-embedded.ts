// The engine inside this process (chdb), on a directory that no other process may open.

import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../domain/errors.ts';
import { EmbeddedEngine, type EngineOptions } from './embedded-engine.ts';
import { assertNotLocked, lockError } from './engine-lock.ts';
import { IncomingFile } from './incoming-file.ts';
import { createHiddenSet, hideReplaced } from './queries/hide-replaced.ts';
import { completeSuperseded } from './queries/recover.ts';
import type { StoreConnections } from './store-connections.ts';

/** Beside the engine's own directory. */
const INCOMING_FILE = 'incoming.native';
/** Most reads are through by then; a write waits no longer for one that can be done once more. */
const READS_GRACE_MS = 200;
const REOPENING_DEADLINE_MS = 300_000;

export interface EmbeddedOptions extends Omit<EngineOptions, 'whenReopened'> {
  /** How messages call the directory, where that is not `path`. */
  readonly dataDir?: string;
}

/**
 * Opens the engine. libuv's threads carry the statements, so UV_THREADPOOL_SIZE must be above the
 * number of connections when the process starts (launch.cts sees to that).
 *
 * @throws AppError data_dir_in_use, data_dir_unusable
 */
export async function connectEmbedded(options: EmbeddedOptions): Promise<StoreConnections> {
  const { path, dataDir = path } = options;
  assertNotLocked(path, dataDir);
  let engine: EmbeddedEngine;
  try {
    engine = await EmbeddedEngine.open({ ...options, whenReopened: hideAll });
  } catch (error) {
    throw lockError(path, dataDir, error) ?? cannotBeOpened(dataDir, error);
  }
  const { writer, readers } = engine;
  let created: Promise<void> | undefined;
  const incoming = new IncomingFile(join(path, '..', INCOMING_FILE));
  return {
    writer,
    readers,
    insertNative: (insert) => incoming.insert(writer, insert),
    confirmWrites: () => engine.confirmWrites(),
    explain: (error) => engine.explain(error),
    mend: () => engine.mend(),
    hideReplaced: async (hide) => {
      created ??= createHiddenSet(writer);
      await created;
      await readers.letReadsPass(READS_GRACE_MS);
      await hideReplaced(writer, hide);
    },
    close: async () => {
      await incoming.close();
      await engine.close();
    },
  };
}

/** Parts that came back may name replacements that are not noted any more. */
async function hideAll(writer: ClickHouseClient): Promise<void> {
  await completeSuperseded(writer, REOPENING_DEADLINE_MS);
  await createHiddenSet(writer);
  await hideReplaced(writer, { mark: 0, deadlineMs: REOPENING_DEADLINE_MS });
}

function cannotBeOpened(dataDir: string, cause: unknown): AppError {
  return new AppError(
    'data_dir_unusable',
    `the data directory ${dataDir} cannot be opened as a store; check that it belongs to fnlog, is readable and is used by no other fnlog, or choose another --data-dir`,
    { cause },
  );
}
