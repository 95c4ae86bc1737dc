// The fast way in and the careful one have to make the same records of the same bytes, or the fast
// one has to leave them alone.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvocationBlock } from '../../src/domain/invocation-block.ts';
import { parseInvocation } from '../../src/ingest/parse-invocation.ts';
import { scanInvocations } from '../../src/wire/native/decode-invocations.ts';
import { RecordScanner } from '../../src/wire/native/scan-record.ts';
import { invocationsIn } from '../support/read-block.ts';

const RUNS = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 2_000);
const options = { logBytesMax: 300, recordBytesMax: 1024 * 1024 };

/** What the fast way makes of a text, undefined where it leaves it alone. */
function scanned(text: string) {
  const block = InvocationBlock.of([]);
  const bytes = Buffer.from(text);
  const isTaken = new RecordScanner(options).scan(bytes, 0, bytes.length, block);
  expect(block.length).toBe(isTaken ? 1 : 0);
  return isTaken ? { block, record: invocationsIn(block)[0] } : undefined;
}

/** What the careful way makes of it. */
function parsed(text: string) {
  try {
    const result = parseInvocation(JSON.parse(text), options);
    return result.ok ? result.invocation : undefined;
  } catch {
    return undefined;
  }
}

function expectAlike(text: string): boolean {
  const fast = scanned(text);
  if (fast === undefined) {
    return false;
  }
  const careful = parsed(text);
  expect(fast.record).toEqual(careful);
  if (careful !== undefined) {
    const block = InvocationBlock.of([careful]);
    for (const hash of ['identityHash', 'contentHash'] as const) {
      expect(fast.block.numberAt(0, hash)).toBe(block.numberAt(0, hash));
    }
  }
  return true;
}

const least = { functionName: 'f', requestId: 'r', startTime: '2026-01-31T12:00:00.5Z' };

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    'a\nb\t\r',
    '\u001b[31mred',
    'é文😀',
    '\u2028',
    'x'.repeat(127),
    'x'.repeat(300),
  ),
);
const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(Date.UTC(2199, 0)) })
    .map((date) => date.toISOString()),
  fc.nat(4_000_000_000_000),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '2026-01-31T12:00:00.1234567Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00:00+08:00',
    '2026-01-31t12:00:00z',
    1.5,
    -1,
    null,
  ),
);
const number = fc.oneof(
  fc.nat(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 10_000_000 }).map((value) => value / 1000),
  fc.constantFrom(0, -0, 1, 2, 2 ** 31, 2 ** 53, 1e21, 0.1, '1', null, true),
);
const flag = fc.constantFrom(true, false, 0, 1, 2, null, 'true');
const record = fc
  .record(
    {
      functionName: text,
      requestId: text,
      startTime: time,
      namespace: text,
      qualifier: text,
      retryNum: number,
      duration: number,
      billDuration: number,
      memUsage: number,
      memoryLimit: number,
      timeLimit: number,
      initDuration: number,
      retCode: number,
      statusCode: number,
      invokeFinished: flag,
      retMsg: text,
      log: text,
      logCutBytes: number,
      traceId: text,
      source: text,
      other: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ ...least, ...fields }));

describe('a record', () => {
  test('of any fields is the same either way', () => {
    fc.assert(
      fc.property(record, fc.constantFrom(undefined, 1), (fields, indent) => {
        expectAlike(JSON.stringify(fields, null, indent));
      }),
      { numRuns: RUNS },
    );
  });

  test('with a byte changed anywhere is the same either way', () => {
    fc.assert(
      fc.property(
        record,
        fc.nat(),
        fc.constantFrom(...'"\\{}[],:0-.eu \n\u0001x'),
        (fields, at, letter) => {
          const whole = JSON.stringify(fields);
          const place = at % whole.length;
          expectAlike(whole.slice(0, place) + letter + whole.slice(place + 1));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test.each([
    JSON.stringify({
      ...least,
      duration: 12.345,
      memUsage: 1024,
      retCode: 0,
      retMsg: '"ok"',
      log: 'a\nb',
    }),
    JSON.stringify({ ...least, startTime: 1_769_860_800_000, invokeFinished: false }),
    JSON.stringify({ ...least, retCode: 2, log: '\u001b[0m' }),
    ` { "functionName" : "f" , "requestId":"r","startTime":"2026-01-31T12:00:00Z" } `,
  ])('as programs write it goes the fast way: %s', (line) => {
    expect(expectAlike(line)).toBe(true);
  });

  test.each([
    ['an unknown field', { ...least, tags: ['a'] }],
    ['half a character', { ...least, log: '\ud800' }],
    ['a log that has to be cut', { ...least, log: 'x'.repeat(301) }],
    ['null', { ...least, log: null }],
    ['no request id', { functionName: 'f', startTime: 0 }],
  ])('with %s goes the careful way', (_what, fields) => {
    expect(scanned(JSON.stringify(fields))).toBeUndefined();
  });

  test('that names a field twice goes the careful way, where the last one counts', () => {
    expect(scanned('{"functionName":"a","functionName":"b","requestId":"r","startTime":0}')).toBe(
      undefined,
    );
  });
});

/** The records of a body, the fast way where it takes them and else the careful one. */
function readBody(body: string) {
  const block = InvocationBlock.of([]);
  const lines: number[] = [];
  for (const candidate of scanInvocations(Buffer.from(body), options)) {
    lines.push(candidate.line);
    if ('scanInto' in candidate && !candidate.scanInto(block)) {
      const read = candidate.read();
      const result = parseInvocation('value' in read ? read.value : undefined, options);
      if (result.ok) {
        block.append(result.invocation);
      }
    }
  }
  return { lines, records: invocationsIn(block) };
}

describe('a body', () => {
  test('of plain and other records keeps their order, lines and content', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), fc.boolean(), (records, asArray) => {
        const texts = records.map((fields) => JSON.stringify(fields));
        const read = readBody(asArray ? JSON.stringify(records) : texts.join('\n'));
        expect(read.records).toEqual(texts.map(parsed).filter((one) => one !== undefined));
        expect(read.lines).toEqual(records.map((_, index) => index + 1));
      }),
      { numRuns: 200 },
    );
  });
});
