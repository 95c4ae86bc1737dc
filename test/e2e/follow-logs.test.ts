// `fnlog logs --follow` as an operator uses it: the newest, then what comes in, across a restart.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFnlog } from '../support/run-fnlog.ts';
import {
  postRecords,
  programPath,
  startServer,
  testKeyVariables,
} from '../support/running-server.ts';

const START_MS = Date.UTC(2026, 0, 1);

function records(...ids: string[]): object[] {
  return ids.map((requestId, index) => ({
    functionName: 'f',
    requestId,
    startTime: START_MS + index,
  }));
}

test('records come once each, whatever happens to the server', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fnlog-follow-logs-'));
  let server = await startServer({ dataDir });
  try {
    await postRecords(server.url, records('a', 'b', 'c'));
    const output = { stdout: '', stderr: '' };
    const child = execFile(
      process.execPath,
      [programPath, 'logs', '-f', '-n', '2', '--server', server.url],
      { env: { ...process.env, ...testKeyVariables } },
    );
    child.stdout?.on('data', (text: string) => (output.stdout += text));
    child.stderr?.on('data', (text: string) => (output.stderr += text));
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const ids = () =>
      output.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { requestId: string }).requestId);
    await expect.poll(ids, { timeout: 30_000 }).toEqual(['b', 'c']);
    await postRecords(server.url, records('d', 'e'));
    await expect.poll(ids, { timeout: 30_000 }).toEqual(['b', 'c', 'd', 'e']);
    const { port } = new URL(server.url);
    await server.process.kill9();
    server = await startServer({ dataDir, args: ['--port', port] });
    await postRecords(server.url, records('g', 'f'));
    await expect.poll(ids, { timeout: 30_000 }).toEqual(['b', 'c', 'd', 'e', 'g', 'f']);
    expect(output.stderr).toContain('trying again');
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  } finally {
    await server.process.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('without a server, and with what does not go with it, it says what to do', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fnlog-follow-logs-'));
  try {
    const env = { FNLOG_DATA_DIR: dataDir };
    const none = await runFnlog(['logs', '--tail'], { env });
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('following takes a running server');
    const sorted = await runFnlog(['logs', '-f', '--order-by', 'duration'], { env });
    expect(sorted).toMatchObject({ code: 2, stdout: '' });
    expect(sorted.stderr).toContain('--order-by and --order cannot go with --follow');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
