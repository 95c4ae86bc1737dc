import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { IngestObserver } from '../ingest/ingest-observer.ts';
import { Metrics } from './metrics.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const receipt = { accepted: 3, replaced: 2, duplicates: 1, rejectedCount: 4, rejected: [] };

function build({ ofProcess = false } = {}) {
  const clock = { ms: NOW_MS, now: () => clock.ms };
  const metrics = new Metrics({ clock, ofProcess });
  const observer: IngestObserver = metrics;
  /** The figures by name and labels; those of histograms only as sum and count. */
  const figures = async () => {
    const lines = (await metrics.text()).split('\n');
    const shown = lines.filter((line) => /^\w/.test(line) && !line.includes('_bucket{'));
    return Object.fromEntries(shown.map((line) => line.split(/ (?=\S+$)/)));
  };
  return { clock, metrics, observer, figures };
}

describe('metrics', () => {
  test('count what ingest tells, by the kind of source', async () => {
    const { observer, figures } = build();
    observer.received('native', 10);
    observer.received('otlp', 7);
    observer.rejected('native', 'invalid_field', 3);
    observer.rejected('native', 'unreadable', 1);
    observer.receipt('native', receipt);
    observer.receipt('native', receipt);
    observer.cut('native', 2, 500);
    observer.refused('cls', 'overloaded');
    observer.redacted('email', 4);
    expect(await figures()).toMatchObject({
      'fnlog_ingest_received_total{source="native"}': '10',
      'fnlog_ingest_received_total{source="otlp"}': '7',
      'fnlog_ingest_rejected_total{source="native",reason="invalid_field"}': '3',
      'fnlog_ingest_rejected_total{source="native",reason="unreadable"}': '1',
      'fnlog_ingest_accepted_total{source="native"}': '6',
      'fnlog_ingest_replaced_total{source="native"}': '4',
      'fnlog_ingest_duplicates_total{source="native"}': '2',
      'fnlog_ingest_cut_records_total{source="native"}': '2',
      'fnlog_ingest_cut_bytes_total{source="native"}': '500',
      'fnlog_ingest_refused_requests_total{source="cls",code="overloaded"}': '1',
      'fnlog_ingest_redactions_total{rule="email"}': '4',
    });
  });

  test('have one label for all sources that are not known', async () => {
    const { observer, figures } = build();
    for (const source of ['what', '', '__proto__', 'native"} 1\nx']) {
      observer.received(source, 1);
    }
    expect(Object.entries(await figures()).filter(([name]) => name.includes('received'))).toEqual([
      ['fnlog_ingest_received_total{source="other"}', '4'],
    ]);
  });

  test('measure writes', async () => {
    const { clock, observer, figures } = build();
    expect(await figures()).toMatchObject({
      fnlog_ingest_last_commit_timestamp_seconds: '0',
    });
    observer.committed({ records: 20, bytes: 3_000, seconds: 0.25 });
    clock.ms += 1_500;
    observer.committed({ records: 1, bytes: 500, seconds: 0.5 });
    expect(await figures()).toMatchObject({
      fnlog_ingest_batch_records_sum: '21',
      fnlog_ingest_batch_records_count: '2',
      fnlog_ingest_batch_bytes_sum: '3500',
      fnlog_ingest_commit_seconds_sum: '0.75',
      fnlog_ingest_commit_seconds_count: '2',
      fnlog_ingest_last_commit_timestamp_seconds: String(NOW_MS / 1000 + 1.5),
    });
  });

  test('know the age of the newest record, which no wrong clock can hide', async () => {
    const { clock, observer, figures } = build();
    const age = async () => (await figures())['fnlog_ingest_newest_record_age_seconds'];
    expect(await age()).toBe('Nan');
    observer.newestStart((NOW_MS - 5_000) * 1000);
    expect(await age()).toBe('5');
    observer.newestStart((NOW_MS - 9_000) * 1000);
    expect(await age()).toBe('5');
    observer.newestStart(Date.UTC(2190, 0, 1) * 1000);
    clock.ms += 3_000;
    expect(await age()).toBe('3');
    observer.newestStart((clock.ms - 1_000) * 1000);
    expect(await age()).toBe('1');
  });

  test('read the bytes that wait when they are asked', async () => {
    const { metrics, figures } = build();
    let waiting = 5;
    expect((await figures())['fnlog_ingest_waiting_bytes']).toBe('0');
    metrics.watchWaitingBytes(() => waiting);
    expect((await figures())['fnlog_ingest_waiting_bytes']).toBe('5');
    waiting = 7;
    expect((await figures())['fnlog_ingest_waiting_bytes']).toBe('7');
  });

  test('are all in the page about them, which has no other', async () => {
    const page = readFileSync(new URL('../../docs/operating/metrics.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `(fnlog_\w+)` \|/gm)].map(([, name]) => name);
    const help = (await build().metrics.text()).matchAll(/^# HELP (fnlog_\w+) /gm);
    expect(documented.sort()).toEqual(Array.from(help, ([, name]) => name).sort());
  });

  test('tell of the process where that is wanted, each in a registry of its own', async () => {
    const [plain, whole, other] = [build(), build({ ofProcess: true }), build({ ofProcess: true })];
    expect(Object.keys(await plain.figures()).join()).not.toContain('process_');
    expect(await whole.figures()).toHaveProperty('process_resident_memory_bytes');
    other.observer.received('native', 1);
    expect(Object.keys(await whole.figures()).join()).not.toContain('received');
  });
});
