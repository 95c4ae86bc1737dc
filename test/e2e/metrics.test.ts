// GET /metrics: who may read it, and that its figures are those of what came in.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, type Key, type NewKey } from '../../src/auth/keys.ts';
import { KeyFile } from '../../src/files/key-file.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({
    flags: { redaction: { '*': ['email'] }, logBytesMax: 1_024 },
  });
});
afterAll(() => app.remove());

function addKey(wanted: Pick<NewKey, 'role' | 'namespaces'>): Key {
  const key = createKey({ ...wanted, createdAtMs: 0 });
  new KeyFile(join(app.dataDir, 'keys.json')).add(key);
  return key;
}

function send(path: string, key?: Pick<Key, 'secretId' | 'secretKey'>, body?: string) {
  const credentials = key === undefined ? '' : btoa(`${key.secretId}:${key.secretKey}`);
  return fetch(`${app.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: key === undefined ? {} : { authorization: `Basic ${credentials}` },
  });
}

/** The figures of ingest by name and labels. */
async function figures(): Promise<Record<string, number>> {
  const text = await (await send('/metrics', app)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('fnlog_'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('are not for anybody', async () => {
  const anonymous = await send('/metrics');
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('www-authenticate')).toBe('Basic realm="fnlog"');
  expect(await anonymous.text()).not.toContain('fnlog_');
  const { secretId } = app;
  expect((await send('/metrics', { secretId, secretKey: 'wrong' })).status).toBe(401);
  expect((await send('/metrics', addKey({ role: 'ingest', namespaces: '*' }))).status).toBe(403);
  const bound = addKey({ role: 'read', namespaces: ['prod'] });
  expect((await send('/metrics', bound)).status).toBe(403);
});

test('are for an admin, and for a key that may read everything', async () => {
  for (const key of [app, addKey({ role: 'read', namespaces: '*' })]) {
    const answer = await send('/metrics', key);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('process_cpu_seconds_total');
  }
});

test('count what came in exactly, and name nobody', async () => {
  const writer = addKey({ role: 'ingest', namespaces: ['secret-namespace'] });
  const record = (requestId: string, more: object = {}) =>
    JSON.stringify({
      namespace: 'secret-namespace',
      functionName: 'secret-function',
      requestId,
      startTime: Date.now() - 60_000,
      ...more,
    });
  const same = record('same');
  const bodies = [
    [same, record('two', { log: 'to a@b.co and c@d.co' }), 'no json', '{"requestId":"x"}'],
    [same, record('two', { log: 'other' }), record('three', { namespace: 'elsewhere' })],
    [record('long', { log: 'x'.repeat(2_000) })],
  ];
  for (const lines of bodies) {
    expect((await send('/api/v1/invocations', writer, lines.join('\n'))).status).toBe(200);
  }
  const bad = await send('/api/v1/invocations', writer, 'no json');
  expect(bad.status).toBe(400);
  const counted = await figures();
  expect(counted).toMatchObject({
    'fnlog_ingest_received_total{source="native"}': 9,
    'fnlog_ingest_accepted_total{source="native"}': 3,
    'fnlog_ingest_replaced_total{source="native"}': 1,
    'fnlog_ingest_duplicates_total{source="native"}': 1,
    'fnlog_ingest_rejected_total{source="native",reason="unreadable"}': 2,
    'fnlog_ingest_rejected_total{source="native",reason="invalid_field"}': 1,
    'fnlog_ingest_rejected_total{source="native",reason="forbidden_namespace"}': 1,
    'fnlog_ingest_refused_requests_total{source="native",code="all_rejected"}': 1,
    'fnlog_ingest_cut_records_total{source="native"}': 1,
    'fnlog_ingest_cut_bytes_total{source="native"}': 976,
    'fnlog_ingest_redactions_total{rule="email"}': 2,
    fnlog_ingest_batch_records_sum: 5,
    fnlog_ingest_batch_records_count: 3,
    fnlog_ingest_commit_seconds_count: 3,
    fnlog_ingest_waiting_bytes: 0,
  });
  const age = counted['fnlog_ingest_newest_record_age_seconds'];
  expect(age).toBeGreaterThanOrEqual(60);
  expect(age).toBeLessThan(120);
  const text = await (await send('/metrics', app)).text();
  for (const secret of [writer.secretId, writer.secretKey, app.secretId, app.secretKey]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/secret-|elsewhere|a@b\.co/);
});

test('what is redacted is stored that way', async () => {
  const answer = await send('/api/v1/invocations/two?namespace=secret-namespace', app);
  expect(await answer.json()).toMatchObject({ total: 1, invocations: [{ log: 'other' }] });
  await app.ingest([
    {
      functionName: 'f',
      requestId: 'mail',
      startTime: Date.now(),
      log: 'to a@b.co',
      retMsg: '"c@d.co"',
      from: 'e@f.co',
    },
  ]);
  expect(await (await send('/api/v1/invocations/mail', app)).json()).toMatchObject({
    invocations: [
      { log: 'to [redacted:email]', retMsg: '"[redacted:email]"', from: '[redacted:email]' },
    ],
  });
});

test('events of a source that tells bit by bit are counted and redacted as well', async () => {
  const time = (second: number) => new Date(Date.now() - 60_000 + second * 1000).toISOString();
  const requestId = 'aaaaaaaa-0000-4000-8000-000000000001';
  const events = [
    { time: time(0), type: 'platform.start', record: { requestId, version: '$LATEST' } },
    { time: time(1), type: 'function', record: 'to a@b.co' },
    { time: time(1), type: 'function', record: 'no json' },
    {
      time: time(2),
      type: 'platform.report',
      record: { requestId, status: 'success', metrics: { durationMs: 5 } },
    },
  ];
  const path = '/api/v1/sources/lambda-telemetry?functionName=bits';
  const answer = await send(path, app, JSON.stringify(events));
  const receipt = (await answer.json()) as { accepted: number };
  expect(receipt).toMatchObject({ duplicates: 0, rejected: [] });
  expect(await (await send(path, app, JSON.stringify(events))).json()).toMatchObject({
    accepted: 0,
    duplicates: receipt.accepted,
  });
  expect(await figures()).toMatchObject({
    'fnlog_ingest_received_total{source="lambda-telemetry"}': 2 * receipt.accepted,
    'fnlog_ingest_accepted_total{source="lambda-telemetry"}': receipt.accepted,
    'fnlog_ingest_duplicates_total{source="lambda-telemetry"}': receipt.accepted,
  });
  const stored = await (await send(`/api/v1/invocations/${requestId}`, app)).json();
  expect(stored).toMatchObject({
    invocations: [{ log: expect.stringContaining('to [redacted:email]') }],
  });
});
