import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FNLOG = fileURLToPath(new URL('../../dist/launch.cjs', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../examples/functions', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command line, as an operator uses it', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fnlog-cli-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  function fnlog(...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const env = { ...process.env, FNLOG_DATA_DIR: dataDir, NO_COLOR: '1' };
      execFile(process.execPath, [FNLOG, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });
  }

  test('without a server invoke and logs work on the data directory itself', async () => {
    const hello = join(EXAMPLES, 'hello-node');
    const invoked = await fnlog('invoke', hello, '--event', '{"name":"Ada"}');
    expect(invoked).toMatchObject({ code: 0 });
    expect(invoked.stdout).toContain('Hello, Ada!');
    const asked = await fnlog('logs', 'hello-node', '-o', 'table');
    expect(asked.stdout).toMatch(/hello-node +ok +\d+\.\d\d ms/);
    expect(asked.stderr).toMatch(/^all time: 1 of 1\n1 run stored, newest (just now|\d+ s ago)\n$/);
  });

  test('stats and functions sum runs up', async () => {
    const stats = await fnlog('stats', '--by', 'function', 'day', '-o', 'table');
    expect(stats.stdout).toMatch(/^TIME \(UTC\) +FUNCTION +RUNS +FAILED/);
    expect(stats.stdout).toMatch(/ 00:00:00 +hello-node +1 +0\.00 % +\d+\.\d\d ms/);
    expect(stats.stderr).toMatch(/^1 runs, as of \d+\n$/);
    const functions = await fnlog('functions', '--compare', 'previous');
    expect(JSON.parse(functions.stdout)).toMatchObject({
      functionName: 'hello-node',
      runs: 1,
      previous: { runs: 0 },
    });
    expect(functions.stderr).toMatch(/^since .* until .*: 1 of 1 functions\n$/);
  });

  test('wrong use is said in a sentence, with exit code 2', async () => {
    for (const args of [
      ['logs', '--limit', '-1'],
      ['logs', '--order-by', 'colour'],
      ['logs', '--failed', '--ok'],
      ['logs', '--since', 'last tuesday'],
      ['stats', '--by', 'moon'],
      ['functions', '--order-by', 'colour'],
      ['invoke', EXAMPLES, '--event', '{'],
      ['invoke'],
      ['keys', 'create', '--role', 'king'],
      ['keys', 'create', '--temporary'],
      ['keys', 'create', '--expires', '2w'],
      ['keys', 'create', '--expires', '0h'],
      ['nothing'],
    ]) {
      const { code, stdout, stderr } = await fnlog(...args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  test('dev runs each sample once, serves them, and ends at SIGTERM', async () => {
    const env = { ...process.env, FNLOG_DATA_DIR: dataDir, FNLOG_PORT: '0' };
    const dev = spawn(process.execPath, [FNLOG, 'dev', '--functions', EXAMPLES], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(dev, 'exit');
    try {
      const { url, secretId, secretKey } = await introductionOf(dev.stdout);
      const headers = { authorization: `Basic ${btoa(`${secretId}:${secretKey}`)}` };
      const listed = await fetch(`${url}/api/v1/invocations`, { headers });
      const page = (await listed.json()) as { total: number };
      expect(page.total).toBeGreaterThanOrEqual(3);
      const reply = await fetch(`${url}/api/v1/functions/missing-handler/invocations`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      expect(await reply.json()).toMatchObject({ retCode: 1, statusCode: 437 });
      const stranger = await fetch(`${url}/api/v1/functions/hello-node/invocations`, {
        method: 'POST',
        body: '{}',
      });
      expect(stranger.status).toBe(401);
      expect((await fetch(`${url}/console/`)).status).toBe(200);
      await usesKeys(url);
    } finally {
      dev.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  /** Keys are made and ended by the command, beside the running server. */
  async function usesKeys(url: string): Promise<void> {
    const { mode } = await stat(join(dataDir, 'keys.json'));
    expect(mode & 0o777).toBe(0o600);
    const created = await fnlog('keys', 'create', '--role', 'read', '--note', 'dashboard');
    const [, secretId, secretKey] = /SecretId +(\S+)\nSecretKey +(\S+)/.exec(created.stdout) ?? [];
    const headers = { authorization: `Basic ${btoa(`${secretId}:${secretKey}`)}` };
    const ask = () => fetch(`${url}/api/v1/invocations?limit=1`, { headers });
    expect((await ask()).status).toBe(200);
    const write = await fetch(`${url}/api/v1/invocations`, { method: 'POST', headers, body: '{}' });
    expect(write.status).toBe(403);
    const listed = await fnlog('keys', 'list');
    expect(listed.stdout).toContain('dashboard');
    expect(listed.stdout).not.toContain(secretKey);
    expect((await fnlog('keys', 'revoke', secretId ?? '')).code).toBe(0);
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain('revoked');
    expect((await fnlog('logs', '-n', '1')).stderr).toMatch(
      /^all time: 1 of (\d+), as of \d+\n\1 runs stored, newest .+\n$/,
    );
  }

  test('a temporary key is shown with its token, once, and listed as what it is', async () => {
    const dataDirOption = ['--data-dir', join(dataDir, 'temporary')];
    const created = await fnlog(
      'keys',
      'create',
      '--temporary',
      '--expires',
      '2h',
      ...dataDirOption,
    );
    const shown = /^SecretId +(\S+)\nSecretKey +\S+\nToken +(\S{64})\n$/.exec(created.stdout);
    expect(created.stderr).toBe('the SecretKey and the Token are not shown again\n');
    const listed = await fnlog('keys', 'list', ...dataDirOption);
    expect(listed.stdout).toContain(shown?.[1]);
    expect(listed.stdout).not.toContain(shown?.[2]);
    const end = /temporary, good until (\S+ \S+Z)/.exec(listed.stdout)?.[1] ?? '';
    expect((Date.parse(end) - Date.now()) / 3_600_000).toBeCloseTo(2, 1);
    for (const life of ['90m', '30d']) {
      const permanent = await fnlog('keys', 'create', '--expires', life, ...dataDirOption);
      expect(permanent.stdout).not.toContain('Token');
    }
    const after = await fnlog('keys', 'list', ...dataDirOption);
    expect(after.stdout.match(/ good until /g)).toHaveLength(3);
    expect(after.stdout.match(/ temporary, /g)).toHaveLength(1);
  });

  test('serve never runs functions', async () => {
    const env = { ...process.env, FNLOG_DATA_DIR: dataDir };
    const serve = spawn(process.execPath, [FNLOG, 'serve', '--port', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(serve, 'exit');
    try {
      const { url } = await introductionOf(serve.stdout);
      const path = '/api/v1/functions/hello-node/invocations';
      expect((await fetch(`${url}${path}`, { method: 'POST', body: '{}' })).status).toBe(404);
    } finally {
      serve.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });
});

/** What a server says until it listens. */
async function introductionOf(stdout: NodeJS.ReadableStream) {
  let text = '';
  for await (const line of createInterface({ input: stdout })) {
    text += `${line}\n`;
    const url = /^fnlog listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      const secretId = /SecretId +(\S+)/.exec(text)?.[1];
      const secretKey = /SecretKey +(\S+)/.exec(text)?.[1];
      return { url, secretId, secretKey };
    }
  }
  throw new Error(`it did not listen; it said:\n${text}`);
}
