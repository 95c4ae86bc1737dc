import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import type { Invocation } from '../domain/invocation.ts';
import { buildInvocationQuery } from '../domain/invocation-query.ts';
import { encodePage } from '../wire/native/encode-page.ts';
import { type OutputFormat, outputFormats, renderPage } from './render-page.ts';

const startTimeUs = Date.UTC(2026, 0, 31, 12) * 1000 + 123_456;

function rendered(output: OutputFormat, records: Partial<Invocation>[], detailed = false): string {
  const invocations = records.map((given) => buildInvocation({ startTimeUs, ...given }));
  return renderPage(encodePage({ total: 99, invocations, asOf: 99 }, buildInvocationQuery({}), 0), {
    output,
    detailed,
  });
}

const records: Partial<Invocation>[] = [
  { requestId: 'r1', durationUs: 1_234_567 },
  { requestId: 'r2', retCode: 1, statusCode: 430, retMsg: 'Error: no\n  at line 1' },
  { requestId: 'r3', retCode: 2, statusCode: 0 },
];

describe('a table', () => {
  test('has a line for each record under its head', () => {
    expect(rendered('table', records).split('\n')).toEqual([
      'START (UTC)              FUNCTION          STATUS      DURATION    MEMORY  REQUEST ID',
      '2026-01-31 12:00:00.123  hello             ok        1234.57 ms    9.5 MB  r1',
      '2026-01-31 12:00:00.123  hello             failed       1.50 ms    9.5 MB  r2',
      '2026-01-31 12:00:00.123  hello             running      1.50 ms    9.5 MB  r3',
    ]);
  });

  test('says when a lost run was last heard of', () => {
    const heardTimeMs = Date.UTC(2026, 0, 31, 12, 0, 5);
    const lost = { requestId: 'r4', retCode: 2, invokeFinished: false, heardTimeMs };
    expect(rendered('table', [{ ...lost, lost: true }])).toMatch(
      / lost, last heard of 2026-01-31 12:00:05 +1\.50 ms /,
    );
  });

  test('that is wide has the first line of each message', () => {
    const lines = rendered('wide', records).split('\n');
    expect(lines[0]).toMatch(/REQUEST ID +QUALIFIER +RETRY +CODE +MESSAGE$/);
    expect(lines[2]).toMatch(/r2 +\$LATEST +0 +430 +Error: no$/);
    expect(lines).toHaveLength(4);
  });

  test('that is detailed has each whole log after it', () => {
    const detailed = rendered('table', [{ requestId: 'r1', log: 'one\ntwo', retMsg: '5' }], true);
    expect(detailed).toMatch(/r1\n\nhello r1\nreturned: 5\none\ntwo$/);
  });
});

describe('JSON', () => {
  test('is the page of the API', () => {
    const page = JSON.parse(rendered('json', records));
    expect(page.total).toBe(99);
    expect(page.invocations[1]).toMatchObject({ requestId: 'r2', duration: 1.5 });
  });

  test('by lines is one record a line', () => {
    const lines = rendered('jsonl', [...records, { log: 'a\nb', extra: { region: 'x' } }]);
    const found = lines.split('\n').map((line) => JSON.parse(line));
    expect(found).toHaveLength(4);
    expect(found[3]).toMatchObject({ log: 'a\nb', region: 'x' });
  });
});

describe('CSV', () => {
  const head =
    'namespace,functionName,qualifier,requestId,retryNum,startTime,duration,billDuration,' +
    'memUsage,memoryLimit,initDuration,retCode,statusCode,invokeFinished,retMsg,log,traceId,source,' +
    'runStatus,lastHeard';
  const numbers = 'r1,0,2026-01-31T12:00:00.123456Z,1.5,100,10000000,134217728,,0,200,1';

  test('has every field in the order of the API', () => {
    const text = rendered('csv', [{ requestId: 'r1', retMsg: 'x' }]);
    expect(text).toBe(`${head}\ndefault,hello,$LATEST,${numbers},x,a line,,test,,`);
  });

  test('has the head alone where there is no record', () => {
    expect(rendered('csv', [])).toBe(head);
  });

  test('quotes commas, quotes and line ends', () => {
    const text = rendered('csv', [{ requestId: 'r1', retMsg: '"a", b', log: 'one\r\ntwo\n' }]);
    expect(text).toBe(
      `${head}\ndefault,hello,$LATEST,${numbers},"""a"", b","one\r\ntwo\n",,test,,`,
    );
  });

  test('keeps white space at the end of a field', () => {
    expect(rendered('csv', [{ source: 'x \t' }])).toMatch(/,x \t,,$/);
  });

  test('has the status of a run without an end, which no number tells', () => {
    const running = { retCode: 2, invokeFinished: false, heardTimeMs: 0 };
    expect(rendered('csv', [running])).toMatch(/,test,running,1970-01-01T00:00:00\.000000Z$/);
  });
});

describe('an empty page', () => {
  test.each(outputFormats.filter((output) => !['json', 'csv'].includes(output)))(
    'is nothing as %s',
    (output) => {
      expect(rendered(output, [])).toBe('');
      expect(rendered(output, [], true)).toBe('');
    },
  );
});
