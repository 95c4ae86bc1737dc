import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const INSTALL_MS = 300_000;

describe('the package that npm pack makes', () => {
  let room: string;
  const key = { FNLOG_SECRET_ID: 'AKIDpackage', FNLOG_SECRET_KEY: 'a-secret-key-of-the-test' };

  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), 'fnlog-package-'));
    await run('npm', ['pack', '--pack-destination', room], { cwd: ROOT });
    const [archive = ''] = (await readdir(room)).filter((file) => file.endsWith('.tgz'));
    await mkdir(join(room, 'empty'));
    await run(
      'npm',
      ['install', '--prefer-offline', '--no-audit', '--no-fund', join('..', archive)],
      { cwd: join(room, 'empty') },
    );
  }, INSTALL_MS);
  afterAll(() => rm(room, { recursive: true, force: true }));

  test('installs in an empty folder, and its serve and logs work there', async () => {
    const cwd = join(room, 'empty');
    const fnlog = join(cwd, 'node_modules', '.bin', 'fnlog');
    const env = { ...process.env, ...key };
    const server = spawn(fnlog, ['serve', '--port', '0'], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const url = /http:\S+/.exec(await firstLine(server.stdout))?.[0];
      const record = { functionName: 'packed', requestId: '1', startTime: '2026-01-01T00:00:00Z' };
      const reply = await fetch(`${url}/api/v1/invocations`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${key.FNLOG_SECRET_ID}:${key.FNLOG_SECRET_KEY}`)}`,
        },
        body: JSON.stringify(record),
      });
      expect(await reply.json()).toMatchObject({ accepted: 1, rejected: [] });
      const { stdout, stderr } = await run(fnlog, ['logs', 'packed'], { cwd, env });
      expect(JSON.parse(stdout)).toMatchObject({ functionName: 'packed', requestId: '1' });
      expect(stderr).toContain('1 of 1');
    } finally {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    }
    // With no server running, logs opens the same data directory itself.
    const { stdout } = await run(fnlog, ['logs', '-o', 'json'], { cwd, env });
    expect(JSON.parse(stdout)).toMatchObject({ total: 1 });
  });

  test.each([
    ['import', 'wrap.mjs', "import { createReporter } from 'fnlog/wrap';"],
    ['require', 'wrap.cjs', "const { createReporter } = require('fnlog/wrap');"],
  ])('has fnlog/wrap for programs that %s it', async (_how, name, line) => {
    const cwd = join(room, 'empty');
    const code = `${line}\nconsole.log(createReporter().wrap(() => 'ran')());\n`;
    await writeFile(join(cwd, name), code);
    const { stdout } = await run(process.execPath, [name], { cwd });
    expect(stdout).toBe('ran\n');
  });
});

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    return line;
  }
  return '';
}
