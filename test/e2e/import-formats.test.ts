// fnlog import of each kind of file: into a store of its own, and to a running server.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFnlog, importSummary as summary, withoutTime } from '../support/run-fnlog.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { zstdSample, zstdSampleText } from '../support/zstd-sample.ts';

let directory: string;
let app: TestApp;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-import-'));
  app = await startTestApp();
});
afterAll(async () => {
  await app.remove();
  await rm(directory, { recursive: true, force: true });
});

async function fnlog(dataDir: string, ...args: string[]) {
  const { stdout, ...ended } = await runFnlog(args, {
    env: { FNLOG_DATA_DIR: join(directory, dataDir), FNLOG_TIME_ZONE: 'Asia/Shanghai' },
  });
  return { ...ended, stdout: withoutTime(stdout) };
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** What a store has of a function, the oldest first. */
async function runsOf(dataDir: string, functionName: string, namespace = 'default') {
  const { stdout } = await fnlog(
    dataDir,
    ...['logs', functionName, '--namespace', namespace, '-o', 'jsonl', '--order', 'asc'],
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const contracts = new URL('../contract/sources/', import.meta.url);

async function clsLines(): Promise<string> {
  const text = await readFile(new URL('cls/default-format.json', contracts), 'utf8');
  const { payload } = JSON.parse(text) as { payload: unknown[] };
  return payload.map((line) => `${JSON.stringify(line)}\n`).join('');
}

const clsRun = {
  functionName: 'thumbnail',
  requestId: '5b0f4a5e-7d1c-4a7e-9d0a-2f0f6f1c9a01',
  startTime: '2026-01-31T12:00:00.120000Z',
  ...{ duration: 32, memUsage: 31178752, memoryLimit: 134217728, retCode: 0, statusCode: 200 },
  ...{ retMsg: '{"done":3}', source: 'cls' },
};

const lambdaId = '7d1c4a7e-9d0a-4b3c-8f0f-6f1c9a015b0f';

function payload(first: number, ...messages: string[]) {
  const logEvents = messages.map((message, index) => ({
    id: `3900000000000000000000000000000000000000000000000000000${first + index}`,
    timestamp: 1780824600000 + (first + index) * 20,
    message,
  }));
  const logGroup = '/aws/lambda/resize';
  const logStream = '2026/06/07/[$LATEST]1a2b3c4d5e6f708192a3b4c5d6e7f801';
  return { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup, logStream, logEvents };
}

const cloudwatch = [
  payload(0, `START RequestId: ${lambdaId} Version: $LATEST\n`, 'resizing {"a":"}{"}\n'),
  payload(
    2,
    `END RequestId: ${lambdaId}\n`,
    `REPORT RequestId: ${lambdaId}\tDuration: 61.50 ms\tBilled Duration: 62 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t\n`,
  ),
];
const telemetry = [
  {
    time: '2026-06-07T09:30:00.000Z',
    type: 'platform.start',
    record: { requestId: lambdaId, version: '$LATEST' },
  },
  { time: '2026-06-07T09:30:00.020Z', type: 'function', record: 'resizing\n' },
  {
    time: '2026-06-07T09:30:00.062Z',
    type: 'platform.report',
    record: {
      requestId: lambdaId,
      status: 'success',
      metrics: { durationMs: 61.5, billedDurationMs: 62, memorySizeMB: 128, maxMemoryUsedMB: 70 },
    },
  },
];

function otlp(kind: 'logs' | 'traces', id: string) {
  const attributes = [
    { key: 'faas.name', value: { stringValue: 'otel' } },
    { key: 'faas.invocation_id', value: { stringValue: id } },
  ];
  const time = '1780824600000000000';
  const span = { name: 'run', kind: 2, startTimeUnixNano: time, attributes };
  return kind === 'logs'
    ? {
        resourceLogs: [
          {
            scopeLogs: [
              { logRecords: [{ timeUnixNano: time, body: { stringValue: id }, attributes }] },
            ],
          },
        ],
      }
    : {
        resourceSpans: [
          { scopeSpans: [{ spans: [{ ...span, endTimeUnixNano: '1780824600500000000' }] }] },
        ],
      };
}

describe('CSV', () => {
  test('comes in with its columns, in the times of the zone, and bad rows apart', async () => {
    const rows = [
      ['fn', 'id', 'began', 'ms', 'log', 'region'],
      ['csv', '1', '2026-01-31 20:00:00.5', '4.5', 'two\nlines', 'gz'],
      ['csv', '2', '1769860801000', '', '', ''],
      ['csv', '3', 'never', '', '', ''],
    ];
    const file = await fileOf('runs.csv', `\ufeff${stringify(rows)}`);
    const columns = 'functionName=fn,requestId=id,startTime=began,duration=ms';
    const ended = await fnlog('csv', 'import', file, '--columns', columns);
    expect(ended).toMatchObject({ code: 1, stdout: summary(3, 2, 0, 1) });
    expect(ended.stderr).toContain(`${file}, line 5: startTime must be RFC 3339`);
    expect(await runsOf('csv', 'csv')).toMatchObject([
      {
        startTime: '2026-01-31T12:00:00.500000Z',
        ...{ duration: 4.5, log: 'two\nlines', region: 'gz' },
      },
      { startTime: '2026-01-31T12:00:01.000000Z', duration: 0, log: '' },
    ]);
    const other = await fnlog('csv', 'import', file, '--columns', 'functionName=name');
    expect(other).toMatchObject({ code: 2 });
    expect(other.stderr).toContain('"name", which');
  });

  test('of fnlog logs comes back in as it was', async () => {
    const file = await fileOf('back.csv', '');
    await writeFile(file, (await fnlog('csv', 'logs', 'csv', '-o', 'csv')).stdout);
    expect(await fnlog('csv-back', 'import', file)).toMatchObject({ stdout: summary(2, 2) });
    const [first, ...rest] = await runsOf('csv', 'csv');
    const { region: _extra, ...known } = first ?? {};
    expect(await runsOf('csv-back', 'csv')).toMatchObject([known, ...rest]);
  });
});

describe('compressed files', () => {
  test('as zstd and as gzip are the same records', async () => {
    const files = [
      await fileOf('sample.ndjson.zst', zstdSample),
      await fileOf('sample.ndjson.gz', gzipSync(zstdSampleText)),
    ];
    expect(await fnlog('zst', 'import', ...files)).toMatchObject({
      code: 0,
      stdout: summary(200, 100, 100),
    });
    expect((await fnlog('zst', 'logs', 'zstd', '-n', '1')).stderr).toContain('1 of 100');
  });

  test('that break off are stored as far as they go, and said to be broken', async () => {
    const text = zstdSampleText.slice(0, zstdSampleText.indexOf('\n') * 10);
    const file = await fileOf('broken.gz', gzipSync(text, { level: 0 }).subarray(0, -20));
    const ended = await fnlog('broken', 'import', file);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${file} is not whole gzip (unexpected end of file)`);
    const whole = text.slice(0, -12).split('\n').length - 1;
    expect(ended.stdout).toBe(summary(whole, whole));
  });
});

describe('events that tell of runs bit by bit', () => {
  test('of CLS are told by their content, twice stored once, and refused by line', async () => {
    const lines = await clsLines();
    const file = await fileOf('cls.ndjson', `${lines}{"level":"info"}\n`);
    expect(await fnlog('cls', 'import', file)).toMatchObject({
      code: 1,
      stdout: summary(6, 5, 0, 1),
      stderr: expect.stringContaining(`${file}, line 6: SCF_FunctionName is missing`),
    });
    expect(await runsOf('cls', 'thumbnail')).toMatchObject([clsRun]);
    const again = await fileOf('again.ndjson', lines);
    expect((await fnlog('cls', 'import', again)).stdout).toBe(summary(5, 0, 5));
    expect(await runsOf('cls', 'thumbnail')).toMatchObject([clsRun]);
  });

  test('of CloudWatch Logs come in with nothing between the payloads, and as lines', async () => {
    const texts = cloudwatch.map((one) => JSON.stringify(one));
    const file = await fileOf('cloudwatch.gz', gzipSync(texts.join('')));
    const args = ['--namespace', 'aws'];
    expect(await fnlog('aws', 'import', file, ...args)).toMatchObject({
      code: 0,
      stdout: summary(4, 4),
    });
    const lines = await fileOf('cloudwatch.ndjson', texts.join('\n'));
    expect((await fnlog('aws', 'import', lines, ...args)).stdout).toBe(summary(4, 0, 4));
    expect(await runsOf('aws', 'resize', 'aws')).toMatchObject([
      { requestId: lambdaId, duration: 61.5, memUsage: 70 * 1024 * 1024, retCode: 0 },
    ]);
    const data = gzipSync(texts[0] ?? '').toString('base64');
    const packed = await fileOf('packed.json', JSON.stringify({ awslogs: { data } }));
    expect((await fnlog('aws', 'import', packed, ...args)).stdout).toBe(summary(2, 0, 2));
  });

  test('of the Lambda Telemetry API come in as arrays, one on each line', async () => {
    const file = await fileOf(
      'telemetry.ndjson',
      [telemetry.slice(0, 2), telemetry.slice(2)].map((batch) => JSON.stringify(batch)).join('\n'),
    );
    const ended = await fnlog('telemetry', 'import', file, '--function-name', 'resize');
    expect(ended).toMatchObject({ code: 0, stdout: summary(3, 3) });
    expect(await runsOf('telemetry', 'resize')).toMatchObject([
      { requestId: lambdaId, duration: 61.5, retCode: 0, log: expect.stringContaining('resizing') },
    ]);
    const scf = await fileOf('cls-named.ndjson', await clsLines());
    const refused = await fnlog('telemetry', 'import', scf, '--function-name', 'resize');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('cls says the function itself');
  });

  test('of OTLP come in as one document a line, logs and traces', async () => {
    const logs = ['1', '2'].map((id) => JSON.stringify(otlp('logs', id))).join('\n');
    const traces = JSON.stringify(otlp('traces', '1'), null, 2);
    expect(
      await fnlog(
        'otlp',
        ...['import', await fileOf('logs.ndjson', logs), await fileOf('traces.json', traces)],
      ),
    ).toMatchObject({ code: 0, stdout: summary(3, 3) });
    const runs = await runsOf('otlp', 'otel');
    expect(runs.map(({ requestId }) => requestId).sort()).toEqual(['1', '2']);
    expect(runs.find(({ requestId }) => requestId === '1')).toMatchObject({
      ...{ log: '1', duration: 500, source: 'otlp' },
    });
  });

  test('are what --format says', async () => {
    const file = await fileOf(
      'records.ndjson',
      '{"functionName":"f","requestId":"1","startTime":0}',
    );
    const ended = await fnlog('forced', 'import', file, '--format', 'cloudwatch');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^1 records read: 0 new/);
    expect((await fnlog('forced', 'import', file, '--format', 'other')).code).toBe(2);
  });
});

test('a running server gets each kind of file, and says what it does not take', async () => {
  const bad = otlp('logs', '1');
  bad.resourceLogs?.[0]?.scopeLogs[0]?.logRecords[0]?.attributes.pop();
  const files = [
    await fileOf('server-cls.ndjson', await clsLines()),
    await fileOf('server-cloudwatch.json', JSON.stringify(cloudwatch)),
    await fileOf('server-traces.json', JSON.stringify(otlp('traces', '7'))),
    await fileOf(
      'server-logs.json',
      `${JSON.stringify(otlp('logs', '7'))}\n${JSON.stringify(bad)}`,
    ),
    await fileOf('server.csv', 'functionName,requestId,startTime\ncsv,1,0\n'),
  ];
  const { code, stdout, stderr } = await runFnlog(['import', ...files, '--server', app.url], {
    env: {
      FNLOG_SECRET_ID: app.secretId,
      FNLOG_SECRET_KEY: app.secretKey,
      HOME: join(directory, 'home'),
    },
  });
  expect(code).toBe(1);
  expect(withoutTime(stdout)).toBe(summary(13, 12, 0, 1));
  expect(stderr).toContain(`${files[3]}, line 2: `);
  const page = await app.core.queryService.page({
    ...{ namespace: 'default', orderBy: 'functionName', order: 'asc', limit: 20, offset: 0 },
  });
  expect(page.invocations.map(({ functionName }) => functionName)).toEqual([
    'csv',
    'otel',
    'resize',
    'thumbnail',
  ]);
});
