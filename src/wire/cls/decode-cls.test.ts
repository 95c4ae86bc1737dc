import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FragmentCandidate } from '../../domain/fragment.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { clsTriggerData } from '../data-envelope.ts';
import { decodeCls } from './decode-cls.ts';
import { epochUs } from './scf-line.ts';

const numRuns = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 500);
/** A bound for many runs on a busy machine, not an expectation. */
const FUZZ_MS_MAX = 600_000;
const options = { namespace: 'default', recordBytesMax: 1024 * 1024 };

const decode = (body: string | Buffer): FragmentCandidate[] => [
  ...decodeCls(Buffer.from(body), options),
];

const names = [
  ...['SCF_FunctionName', 'SCF_Namespace', 'SCF_RequestId', 'SCF_StartTime', 'SCF_LogTime'],
  ...['SCF_Duration', 'SCF_MemUsage', 'SCF_StatusCode', 'SCF_RetryNum', 'SCF_Message', 'SCF_Type'],
  ...['content', 'records', 'clslogs', 'Response', '__TIMESTAMP__', '__proto__', 'constructor'],
];
const messages = fc
  .tuple(
    fc.constantFrom('START', 'END', 'Report', 'Init Report', 'ERROR', 'Response', ''),
    fc.string({ unit: 'binary' }),
  )
  .map(([kind, text]) => `${kind} RequestId:r Duration:${text}ms Memory: 9${text}MB`);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: 0, max: 2 ** 45 }).map(String),
  fc.constantFrom('1769860800120', '1769860800120310215', 'Platform', '433', '\ud800'),
  messages,
);
const lines = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, {
  maxKeys: 14,
});
const wholeLines = lines.map((line) => ({
  ...line,
  SCF_FunctionName: 'f',
  SCF_RequestId: 'r',
  SCF_LogTime: '1769860800120310215',
}));
const body = fc.array(fc.oneof(lines, wholeLines), { minLength: 1, maxLength: 5 });

function assertSound(candidate: FragmentCandidate): void {
  expect(candidate.line).toBeGreaterThan(0);
  if ('unreadable' in candidate) {
    expect(candidate.unreadable).not.toBe('');
    return;
  }
  const { fragment, bytes } = candidate;
  expect(bytes).toBeGreaterThan(0);
  expect(fragment.requestId).toMatch(/^.{1,256}$/s);
  expect(fragment.functionName).toMatch(/^.{1,256}$/s);
  // Well-formed, and no figure is lost to JSON.
  expect(JSON.parse(JSON.stringify(fragment))).toEqual(fragment);
  expect(JSON.stringify(fragment)).not.toMatch(/\\ud[89a-f]/i);
  const { startTimeUs = 0, durationUs = 0, memUsageBytes = 0, retCode = 0 } = fragment.facts;
  for (const number of [fragment.timeUs, startTimeUs, durationUs, memUsageBytes, retCode]) {
    expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
  }
  expect(fragment.timeUs).toBeLessThan(TIME_US_MAX);
}

describe('whatever comes as log lines', { timeout: FUZZ_MS_MAX }, () => {
  test('gives sound fragments or reasons, in every packing the same', () => {
    fc.assert(
      fc.property(body, (given) => {
        const found = decode(given.map((line) => JSON.stringify(line)).join('\n'));
        found.forEach(assertSound);
        const facts = (all: FragmentCandidate[]) =>
          all.map((one) => ('fragment' in one ? one.fragment : { ...one, line: 0 }));
        expect(facts(decode(JSON.stringify(given)))).toEqual(facts(found));
        expect(facts(decode(JSON.stringify({ records: given })))).toEqual(facts(found));
      }),
      { numRuns },
    );
  });

  test('never throws, on bytes of any kind', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
          fc.json({ maxDepth: 8 }).map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          decode(Buffer.from(bytes)).forEach(assertSound);
        },
      ),
      { numRuns },
    );
  });

  test('is refused where it is packed too often or nested too deep', () => {
    let text = JSON.stringify({ SCF_RequestId: 'r' });
    for (let level = 0; level < 8; level += 1) {
      text = JSON.stringify({ records: [JSON.parse(text) as unknown] });
    }
    expect(decode(text)).toEqual([{ line: 1, unreadable: 'is nested too deep to be a log line' }]);
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const line = `{"SCF_RequestId":"r","SCF_FunctionName":"f","SCF_LogTime":1,"deep":${deep}}`;
    expect(decode(line)).toMatchObject([{ field: 'deep', unreadable: 'is nested too deep' }]);
  });
});

describe('the event of a CLS trigger', () => {
  test('is unpacked, and nothing else is taken for one', () => {
    const plain = Buffer.from('{"records":[]}');
    const data = gzipSync(plain).toString('base64');
    const packed = clsTriggerData(Buffer.from(` {"clslogs": {"data":"${data}"}}`));
    expect(packed === undefined ? undefined : gunzipSync(packed)).toEqual(plain);
    for (const body of ['', '[]', '{"records":[]}', '{"a":{"clslogs":{"data":""}}}']) {
      expect(clsTriggerData(Buffer.from(body))).toBeUndefined();
    }
    for (const body of ['{"clslogs":', '{"clslogs":null}', '{"clslogs":{"data":1}}']) {
      expect(() => clsTriggerData(Buffer.from(body))).toThrow('has no clslogs.data');
    }
  });
});

test('tells the unit of a time by its size', () => {
  const us = Date.UTC(2026, 0, 31, 12) * 1000 + 120_310;
  expect(epochUs(1769860800)).toBe(us - 120_310);
  expect(epochUs('1769860800120.31')).toBe(us);
  expect(epochUs('1769860800120310')).toBe(us);
  expect(epochUs('1769860800120310215')).toBe(us);
  for (const text of ['', '-1', '1e9', 'NaN', '99999999999999999999', null, {}, [1]]) {
    expect(epochUs(text)).toBeUndefined();
  }
});
