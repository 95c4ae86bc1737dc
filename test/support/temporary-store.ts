// A store on a directory of its own that is gone after the test.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store, storeDefaults } from '../../src/store/clickhouse/open-store.ts';

export interface TemporaryStore extends Store {
  readonly dataDir: string;
  /** Closes the store and opens it again on the same directory. */
  reopen(): Promise<TemporaryStore>;
  /** Closes the store and removes its directory. */
  remove(): Promise<void>;
}

export async function openTemporaryStore(): Promise<TemporaryStore> {
  return await openAt(await mkdtemp(join(tmpdir(), 'fnlog-store-')));
}

async function openAt(dataDir: string): Promise<TemporaryStore> {
  const store = await openStore({ ...storeDefaults, dataDir, clickhouseUrl: undefined });
  return {
    ...store,
    dataDir,
    reopen: async () => {
      await store.admin.close();
      return await openAt(dataDir);
    },
    remove: async () => {
      await store.admin.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
