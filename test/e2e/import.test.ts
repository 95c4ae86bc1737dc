// fnlog import, as an operator brings an archive back: what an unchanged client was answered goes
// into files, and from there into another store, which then answers the same.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeInvocations } from '../../src/app/core.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import {
  type Ended,
  runFnlog,
  importSummary as summary,
  withoutTime,
} from '../support/run-fnlog.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV2Client, type V2Reply } from '../support/v2-client.ts';
import { buildV3Client } from '../support/v3-client.ts';

const records = drawInvocations({ count: 300, seed: 8, fromUs: Date.UTC(2026, 10, 20) * 1000 })
  // The two APIs tell neither; and none of a run that has not ended is among them.
  .map((record) => ({ ...record, namespace: 'default', qualifier: '$LATEST', source: '' }))
  .filter(({ retCode }) => retCode !== 2);

let directory: string;
let app: TestApp;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-import-'));
  app = await startTestApp();
  await storeInvocations(app.core, records);
});
afterAll(async () => {
  await app.remove();
  await rm(directory, { recursive: true, force: true });
});

async function fnlog(dataDir: string, args: readonly string[], input = ''): Promise<Ended> {
  const env = { FNLOG_DATA_DIR: join(directory, dataDir) };
  const { stdout, ...ended } = await runFnlog(args, { env, input });
  return { ...ended, stdout: withoutTime(stdout) };
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** What a store answers, by what both APIs tell. */
async function storedIn(dataDir: string) {
  const asked = await fnlog(dataDir, [
    'logs',
    '-n',
    '10000',
    '-o',
    'jsonl',
    '--order-by',
    'requestId',
  ]);
  return asked.stdout
    .trim()
    .split('\n')
    .map((line) => {
      const {
        requestId,
        functionName,
        startTime,
        duration,
        billDuration,
        memUsage,
        retCode,
        retMsg,
        log,
      } = JSON.parse(line) as Record<string, unknown>;
      return {
        requestId,
        functionName,
        startTime,
        duration,
        billDuration,
        memUsage,
        retCode,
        retMsg,
        log,
      };
    });
}

const wanted = [...records]
  .sort((a, b) => (a.requestId < b.requestId ? -1 : 1))
  .map((record) => ({
    requestId: record.requestId,
    functionName: record.functionName,
    // The vendor's times have whole seconds.
    startTime: `${new Date(Math.floor(record.startTimeUs / 1_000_000) * 1000).toISOString().slice(0, 19)}.000000Z`,
    duration: record.durationUs / 1000,
    billDuration: record.billDurationMs,
    memUsage: record.memUsageBytes,
    retCode: record.retCode,
    retMsg: record.retMsg,
    log: record.log,
  }));

describe('an archive of GetFunctionLogs comes back in', () => {
  test('from API 3.0, pretty, as the SDK hands it on and as the API gives it; twice stores it once', async () => {
    const page = await buildV3Client(app).GetFunctionLogs({ Limit: 10_000 });
    const first = { ...page, Data: page.Data?.slice(0, 100) };
    const rest = { Response: { ...page, Data: page.Data?.slice(100) } };
    const files = [
      await fileOf('first.json', JSON.stringify(first, null, 2)),
      await fileOf('rest.json.gz', gzipSync(JSON.stringify(rest))),
    ];
    const count = records.length;
    expect(await fnlog('v3', ['import', ...files])).toEqual({
      code: 0,
      stdout: summary(count, count),
      stderr: '',
    });
    expect((await fnlog('v3', ['import', ...files])).stdout).toBe(summary(count, 0, count));
    expect(await storedIn('v3')).toEqual(wanted);
  });

  test('from API 2.0, one reply a line, on standard input', async () => {
    const ask = buildV2Client({ ...app, method: 'post', signatureMethod: 'sha1' });
    const replies: V2Reply[] = [];
    for (let offset = 0; offset < records.length; offset += 70) {
      replies.push(await ask({ offset, limit: 70, orderby: 'startTime' }));
    }
    const input = replies.map((reply) => JSON.stringify(reply)).join('\n');
    const ended = await fnlog('v2', ['import', '-'], input);
    // Retries of one request differ in a number that API 2.0 does not tell.
    expect(ended).toMatchObject({ code: 0, stdout: summary(records.length, records.length) });
    expect(await storedIn('v2')).toEqual(wanted);
  });
});

describe('records that are not taken', () => {
  test('are told with line and reason, kept in a file, and spoil no others', async () => {
    const good = '{"functionName":"f","requestId":"r","startTime":"2026-01-31T12:00:00Z"}';
    const file = await fileOf('mixed.ndjson', `${good}\nnonsense\n\n{"functionName":"f"}\n`);
    const rejects = join(directory, 'rejects.ndjson');
    const ended = await fnlog('mixed', ['import', file, '--rejects', rejects]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe(summary(3, 1, 0, 2));
    expect(ended.stderr).toContain(`2 records were not taken; they are in ${rejects}:`);
    expect(ended.stderr).toContain(`${file}, line 2: is not valid JSON`);
    expect(ended.stderr).toContain(`${file}, line 4: requestId is missing`);
    const kept = (await readFile(rejects, 'utf8')).trim().split('\n');
    expect(kept.map((line) => JSON.parse(line))).toMatchObject([
      { file, line: 2, field: '', reason: 'is not valid JSON' },
      { file, line: 4, field: 'requestId', record: { functionName: 'f' } },
    ]);
  });

  test('may be all of them', async () => {
    const ended = await fnlog('none', ['import', '-'], '{}\n{}\n');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe(summary(2, 0, 0, 2));
  });

  test('are no reason to read a file that is not there, or a folder', async () => {
    for (const path of [join(directory, 'nothing'), directory]) {
      const ended = await fnlog('none', ['import', path]);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(path);
    }
  });
});

test('what waits on standard input harms no command that does not read it', async () => {
  const rows = '{"seq":1}\n'.repeat(1_000);
  const file = await fileOf('one.ndjson', '{"functionName":"f","requestId":"1","startTime":0}');
  expect((await fnlog('piped', ['import', file], rows)).stdout).toBe(summary(1, 1));
  const asked = await fnlog('piped', ['logs'], rows);
  expect(asked).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^all time: 1 of 1\n1 run stored, .+ 1 came late\n$/),
  });
});

test('goes to a running server where one is named, rejections included', async () => {
  const lines = ['{"functionName":"g","requestId":"1","startTime":0}', '{"functionName":"g"}'];
  const env = { FNLOG_SECRET_ID: app.secretId, FNLOG_SECRET_KEY: app.secretKey };
  Object.assign(process.env, env);
  try {
    const ended = await fnlog('other', ['import', '-', '--server', app.url], lines.join('\n'));
    expect(ended.stdout).toBe(summary(2, 1, 0, 1));
    const alone = await fnlog('other', ['import', '-', '--server', app.url], lines[1]);
    expect(alone).toMatchObject({ code: 1, stdout: summary(1, 0, 0, 1) });
    expect(alone.stderr).toContain('requestId is missing');
  } finally {
    for (const name of Object.keys(env)) {
      delete process.env[name];
    }
  }
});
