// A store on a directory of its own that is gone after the test.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invocation } from '../../src/domain/invocation.ts';
import { InvocationBlock } from '../../src/domain/invocation-block.ts';
import type { InvocationWriter } from '../../src/domain/ports.ts';
import type { WriteOutcome } from '../../src/domain/receipt.ts';
import {
  openStore,
  type Store,
  type StoreOptions,
  storeDefaults,
} from '../../src/store/clickhouse/open-store.ts';

export interface TemporaryStore extends Omit<Store, 'writer'> {
  readonly writer: { write(batch: readonly Invocation[]): Promise<readonly WriteOutcome[]> };
  /** The writer as it is. */
  readonly blockWriter: InvocationWriter;
  readonly dataDir: string;
  /** Closes the store and opens it again on the same directory. */
  reopen(): Promise<TemporaryStore>;
  /** Closes the store and removes its directory. */
  remove(): Promise<void>;
}

/** @param options where they differ from the defaults; a data directory has to be there */
export async function openTemporaryStore(
  options: Partial<StoreOptions> = {},
): Promise<TemporaryStore> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'fnlog-store-')));
  return await openAt({ ...storeDefaults, clickhouseUrl: undefined, ...options, dataDir });
}

async function openAt(options: StoreOptions): Promise<TemporaryStore> {
  const { dataDir } = options;
  const store = await openStore(options);
  return {
    ...store,
    blockWriter: store.writer,
    writer: {
      write: async (batch) => (await store.writer.write([InvocationBlock.of(batch)])).flat(),
    },
    dataDir,
    reopen: async () => {
      await store.admin.close();
      return await openAt(options);
    },
    remove: async () => {
      await store.admin.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
