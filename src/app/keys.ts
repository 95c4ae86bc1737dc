// What lies in a data directory beside the records: keys, and where the server listens.

import { join } from 'node:path';
import { buildFixedKey, type KeyRing } from '../auth/keys.ts';
import type { Settings } from '../config/schema.ts';
import { KeyFile } from '../files/key-file.ts';
import { ServerFile } from '../files/server-file.ts';

const KEY_FILE = 'keys.json';
const SERVER_FILE = 'server.json';

export interface Keys extends KeyRing {
  /** Where the keys are kept. */
  readonly path: string;
  readonly file: KeyFile;
}

/** The keys of a data directory, and the fixed one of the settings before them. */
export function openKeys(settings: Settings): Keys {
  const path = join(settings.dataDir, KEY_FILE);
  const file = new KeyFile(path);
  const { secretId: fixedId, secretKey } = settings;
  const fixed =
    fixedId === undefined || secretKey === undefined
      ? undefined
      : buildFixedKey(fixedId, secretKey);
  return {
    path,
    file,
    find: (secretId) => (fixed?.secretId === secretId ? fixed : file.find(secretId)),
  };
}

/** Where a server of this data directory says that it listens. */
export function openServerFile(settings: Settings): ServerFile {
  return new ServerFile(join(settings.dataDir, SERVER_FILE));
}
