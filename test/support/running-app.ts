// A whole server in this process, on a free port and a directory of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningApp, type StartOptions, startApp } from '../../src/app.ts';
import { loadSettings } from '../../src/config/load.ts';

export interface TestApp extends RunningApp {
  readonly secretId: string;
  readonly secretKey: string;
  readonly dataDir: string;
  /** POST of NDJSON to the native API; the parsed answer. */
  ingest(records: readonly object[]): Promise<unknown>;
  /** Stops the server and removes its directory. */
  remove(): Promise<void>;
}

export interface TestAppOptions {
  /** Settings besides the fixed key, the directory and the free port. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly localFunctions?: NonNullable<StartOptions['localFunctions']>;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { flags = {}, localFunctions } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'fnlog-app-'));
  const key = { secretId: 'AKIDtestkey', secretKey: 'the-secret-key-of-the-tests' };
  const settings = loadSettings({
    flags: { ...key, dataDir, port: 0, logLevel: 'silent', ...flags },
    environment: {},
  });
  const app = await startApp(settings, {
    version: 'test',
    ...(localFunctions === undefined ? {} : { localFunctions }),
  });
  const authorization = `Basic ${btoa(`${key.secretId}:${key.secretKey}`)}`;
  return {
    ...app,
    ...key,
    dataDir,
    ingest: async (records) => {
      const body = records.map((record) => JSON.stringify(record)).join('\n');
      const headers = { authorization };
      const url = `${app.url}/api/v1/invocations`;
      return await (await fetch(url, { method: 'POST', headers, body })).json();
    },
    remove: async () => {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
