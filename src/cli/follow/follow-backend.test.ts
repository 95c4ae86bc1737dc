import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServerFile } from '../../app/keys.ts';
import { loadSettings } from '../../config/load.ts';
import type { Settings } from '../../config/schema.ts';
import { FollowBackend } from './follow-backend.ts';

const RECEIPT = { accepted: 1, replaced: 0, duplicates: 0, rejected: [] };

let directory: string;
let settings: Settings;
let servers: Server[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-backend-'));
  const key = { secretId: 'AKID-follow', secretKey: 'secret-key-of-this-test' };
  settings = { ...loadSettings({ flags: {}, configFile: undefined }), ...key, dataDir: directory };
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    await stop(server);
  }
  await rm(directory, { recursive: true, force: true });
});

/** Something that answers as a server of the data directory does, on a port of its own. */
async function startServer(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end(JSON.stringify(RECEIPT)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  openServerFile(settings).write({ url: `http://127.0.0.1:${port}` });
  servers.push(server);
  return server;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

test('a server that comes back elsewhere is found again, and no store is opened meanwhile', async () => {
  const first = await startServer();
  const backend = new FollowBackend(settings);
  await backend.open();
  expect(await backend.ingest([{}])).toEqual(RECEIPT);
  await stop(first);
  for (let times = 0; times < 2; times++) {
    await expect(backend.ingest([{}])).rejects.toMatchObject({ code: 'store_unavailable' });
  }
  await startServer();
  await expect(backend.ingest([{}])).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await backend.ingest([{}])).toEqual(RECEIPT);
  await backend.close();
  expect(await readdir(directory)).toEqual(['server.json']);
});
