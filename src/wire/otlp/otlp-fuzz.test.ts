// Whatever is sent, and that both encodings of the same mean the same. FNLOG_FUZZ_RUNS sets how
// many cases each test has; a failure prints the seed that repeats it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otlpRequests } from '../../../test/support/draw-otlp.ts';
import { otlpProtobuf } from '../../../test/support/otlp-protobuf.ts';
import { AppError } from '../../domain/errors.ts';
import type { FragmentCandidate } from '../../domain/fragment.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { decodeLogs } from './decode-logs.ts';
import { decodeOtlpLogs, decodeOtlpSpans } from './decode-otlp-request.ts';
import { decodeTraces } from './decode-traces.ts';
import type { OtlpEncoding } from './otlp-schema.ts';

const FUZZ_RUNS = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 500);
/** Enough on a slow machine, too. */
const timeout = 60_000 + FUZZ_RUNS * 50;

type SignalName = 'logs' | 'traces';
const signals = ['logs', 'traces'] as const;
const encodings = ['json', 'protobuf'] as const;

function decoded(signal: SignalName, encoding: OtlpEncoding, body: Uint8Array) {
  const options = { encoding, recordBytesMax: 100_000 };
  const candidates: Iterable<FragmentCandidate> =
    signal === 'logs'
      ? decodeLogs(decodeOtlpLogs(Buffer.from(body), options), 'n')
      : decodeTraces(decodeOtlpSpans(Buffer.from(body), options), {
          namespace: 'n',
          onOtherSpan: () => undefined,
        });
  return [...candidates];
}

function encoded(signal: SignalName, encoding: OtlpEncoding, request: unknown): Buffer {
  return encoding === 'json' ? Buffer.from(JSON.stringify(request)) : otlpProtobuf(signal, request);
}

/** Candidates, or the error of a body that is none. */
function outcome(signal: SignalName, encoding: OtlpEncoding, body: Uint8Array) {
  try {
    const candidates = decoded(signal, encoding, body);
    const unsound = candidates.filter((one, at) => one.line !== at + 1 && signal === 'logs');
    expect([...unsound, ...candidates.filter((one) => !isSound(one))]).toEqual([]);
    return candidates;
  } catch (error) {
    if (error instanceof AppError) {
      expect(['malformed_request', 'body_too_large']).toContain(error.code);
      return error;
    }
    throw error;
  }
}

function isSound(candidate: FragmentCandidate): boolean {
  if ('unreadable' in candidate) {
    return candidate.unreadable !== '';
  }
  const { facts, lines, timeUs, functionName, requestId } = candidate.fragment;
  const { startTimeUs = 0, endTimeUs = 0, durationUs = 0 } = facts;
  const times = [timeUs, startTimeUs, endTimeUs, ...lines.map((line) => line.timeUs)];
  return (
    times.every((us) => Number.isSafeInteger(us) && us >= 0 && us < TIME_US_MAX) &&
    Number.isSafeInteger(durationUs) &&
    durationUs >= 0 &&
    functionName !== '' &&
    requestId !== '' &&
    isStorable(candidate)
  );
}

/** Texts have UTF-8, and numbers are some. */
function isStorable(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return Object.entries(value ?? {})
        .flat()
        .every(isStorable);
    default:
      return true;
  }
}

/** Bytes changed, cut out and put in, in some places. */
function mutated(body: Buffer, changes: readonly (readonly [number, number, number])[]): Buffer {
  return changes.reduce((bytes, [place, how, byte]) => {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    const inserted = how === 0 ? [] : [byte];
    const skipped = how === 2 ? 0 : 1;
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(inserted),
      bytes.subarray(at + skipped),
    ]);
  }, body);
}

const changes = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.nat(255)), {
  minLength: 1,
  maxLength: 4,
});

describe.each(signals)('%s', { timeout }, (signal) => {
  test('mean the same in both encodings', () => {
    let runs = 0;
    fc.assert(
      fc.property(otlpRequests[signal], (request) => {
        const json = outcome(signal, 'json', encoded(signal, 'json', request));
        const protobuf = outcome(signal, 'protobuf', encoded(signal, 'protobuf', request));
        expect(JSON.stringify(protobuf)).toBe(JSON.stringify(json));
        expect(json).not.toBeInstanceOf(AppError);
        runs += Array.isArray(json) ? json.filter((one) => 'fragment' in one).length : 0;
      }),
      { numRuns: FUZZ_RUNS },
    );
    expect(runs).toBeGreaterThan(FUZZ_RUNS / 20);
  });

  test.each(encodings)('that were damaged are read or refused, in %s', (encoding) => {
    fc.assert(
      fc.property(otlpRequests[signal], changes, (request, damage) => {
        outcome(signal, encoding, mutated(encoded(signal, encoding, request), damage));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  test.each(encodings)('of any bytes are read or refused, in %s', (encoding) => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // The beginnings of groups, scopes and records.
      fc
        .array(fc.constantFrom(0x0a, 0x12, 0x0b, 0x0c, 0, 1, 2, 4, 8, 0x80, 0xff), {
          maxLength: 60,
        })
        .map((all) => Uint8Array.from(all)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        outcome(signal, encoding, body);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  test('of any JSON are read or refused', () => {
    const names =
      signal === 'logs'
        ? ['resourceLogs', 'scopeLogs', 'logRecords']
        : ['resourceSpans', 'scopeSpans', 'spans'];
    const [groups = '', scoped = '', records = ''] = names;
    const any = fc.jsonValue({ maxDepth: 3 });
    const member = fc.constantFrom(
      'timeUnixNano',
      'attributes',
      'body',
      'kind',
      'status',
      '__proto__',
      'events',
      'name',
    );
    const record = fc.oneof(any, fc.dictionary(member, any, { maxKeys: 4 }));
    const owned = fc.oneof(any, fc.constant({ attributes: [] }));
    const one = fc.record(
      {
        resource: owned,
        [scoped]: fc.oneof(
          any,
          fc.array(
            fc.record(
              { scope: owned, [records]: fc.oneof(any, fc.array(record)) },
              { requiredKeys: [] },
            ),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    const request = fc.oneof(any, fc.record({ [groups]: fc.oneof(any, fc.array(one)) }));
    fc.assert(
      fc.property(request, (body) => {
        outcome(signal, 'json', Buffer.from(JSON.stringify(body)));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
