import { describe, expect, test } from 'vitest';
import { otlpProtobuf } from '../../../test/support/otlp-protobuf.ts';
import { AppError } from '../../domain/errors.ts';
import { decodeOtlpLogs, decodeOtlpSpans } from './decode-otlp-request.ts';
import type { OtlpEncoding } from './otlp-schema.ts';

const MIB = 1024 * 1024;

function decoded(body: Uint8Array | string, encoding: OtlpEncoding, recordBytesMax = MIB) {
  return [...decodeOtlpLogs(Buffer.from(body), { encoding, recordBytesMax })];
}

function request(...logRecords: unknown[]) {
  return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}

function bodiesOf(records: unknown[]): (string | undefined)[] {
  return decoded(JSON.stringify(request(...records)), 'json').map((entry) =>
    'item' in entry && entry.item.body?.value.case === 'stringValue'
      ? entry.item.body.value.value
      : undefined,
  );
}

function refusal(
  body: Uint8Array | string,
  encoding: OtlpEncoding,
): Pick<AppError, 'code' | 'message'> {
  try {
    decodeOtlpLogs(Buffer.from(body), { encoding, recordBytesMax: MIB });
  } catch (error) {
    if (error instanceof AppError) {
      return { code: error.code, message: error.message };
    }
    throw error;
  }
  throw new Error('was accepted');
}

const one = { timeUnixNano: '1', body: { stringValue: 'a' } };

describe('a request in JSON', () => {
  test.each(['{}', ' {"resourceLogs":[]} ', '{"resourceLogs":null}', '{"resourceLogs":[{}]}'])(
    '%s holds nothing',
    (body) => {
      expect(decoded(body, 'json')).toEqual([]);
    },
  );

  test.each([
    ['', 'the body is not valid JSON'],
    ['{', 'the body is not valid JSON'],
    ['[]', 'the body is no OTLP export request in JSON: an object with resourceLogs is expected'],
    ['null', 'the body is no OTLP export request in JSON'],
    ['{"resourceLogs":{}}', 'resourceLogs must be an array, not "{}"'],
    ['{"resourceLogs":[1]}', 'an object with resource is expected, not "1"'],
    ['{"resourceLogs":[{"scopeLogs":"x"}]}', 'scopeLogs must be an array, not "x"'],
    ['{"resourceLogs":[{"resource":{"attributes":1}}]}', 'resource is no OTLP resource in JSON'],
    ['{"resourceLogs":[{"scopeLogs":[{"scope":[]}]}]}', 'scope is no OTLP scope in JSON: "[]"'],
  ])('%s is refused', (body, message) => {
    expect(refusal(body, 'json')).toEqual({
      code: 'malformed_request',
      message: expect.stringContaining(message),
    });
  });

  test('may have unknown members, 64-bit numbers as text or number, and the names of protobuf', () => {
    const body = {
      resource_logs: [
        {
          later: { a: 1 },
          scope_logs: [{ log_records: [{ time_unix_nano: 5, x: [] }, { timeUnixNano: '6' }] }],
        },
      ],
    };
    expect(decoded(JSON.stringify(body), 'json')).toMatchObject([
      { line: 1, item: { timeUnixNano: 5n } },
      { line: 2, item: { timeUnixNano: 6n } },
    ]);
  });

  test('may begin with a byte order mark', () => {
    expect(decoded(`\ufeff${JSON.stringify(request(one))}`, 'json')).toHaveLength(1);
  });

  test('loses no record but the bad ones', () => {
    const records = [one, 7, null, { timeUnixNano: 'x' }, { body: { stringValue: 1 } }, one];
    expect(bodiesOf(records)).toEqual(['a', undefined, undefined, undefined, undefined, 'a']);
    expect(decoded(JSON.stringify(request({ timeUnixNano: 'x' })), 'json')).toEqual([
      { line: 1, unreadable: expect.stringMatching(/time_unix_nano.*: x out of range/) },
    ]);
  });

  test('has its half surrogates replaced', () => {
    expect(bodiesOf([{ body: { stringValue: 'a\ud800' } }])).toEqual(['a\ufffd']);
  });

  test('may nest values some 32 levels deep', () => {
    const nested = (levels: number) => {
      let value: unknown = { stringValue: 'x' };
      for (let level = 0; level < levels; level += 1) {
        value = { kvlistValue: { values: [{ key: 'k', value }] } };
      }
      return request({ body: value });
    };
    for (const encoding of ['json', 'protobuf'] as const) {
      const entries = [32, 34].flatMap((levels) => {
        const body = nested(levels);
        return decoded(
          encoding === 'json' ? JSON.stringify(body) : otlpProtobuf('logs', body),
          encoding,
        );
      });
      expect(entries).toEqual([
        expect.objectContaining({ item: expect.anything() }),
        { line: 1, unreadable: expect.stringContaining('maximum recursion depth') },
      ]);
    }
  });

  test('may have a million objects and arrays', () => {
    const records = (count: number) =>
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(count - 1)}{}]}]}]}`;
    expect(refusal(records(1_000_000), 'json').code).toBe('body_too_large');
    // Brackets in a text are none.
    expect(bodiesOf([{ body: { stringValue: '[{"'.repeat(400_000) } }])).toHaveLength(1);
  });
});

describe('a request in protobuf', () => {
  test('of no bytes holds nothing, nor does one of unknown fields', () => {
    expect(decoded('', 'protobuf')).toEqual([]);
    // Field 5 as a varint, field 6 as four bytes.
    expect(decoded(Buffer.from([0x28, 1, 0x35, 1, 2, 3, 4]), 'protobuf')).toEqual([]);
  });

  test.each([
    ['JSON', Buffer.from('{"resourceLogs":[]}')],
    ['a text', Buffer.from('not protobuf')],
    ['field 0', Buffer.from([0, 0])],
    ['a length that the body does not have', Buffer.from([0x0a, 5, 1])],
    ['a group without an end', Buffer.from([0x0b])],
    ['a resource that is none', Buffer.from([0x0a, 4, 0x0a, 2, 0x0a, 9])],
    ['scopes that are cut off', Buffer.from([0x0a, 2, 0x12, 7])],
    ['records that are cut off', Buffer.from([0x0a, 4, 0x12, 2, 0x12, 1])],
  ])('%s is refused', (_what, body) => {
    expect(refusal(body, 'protobuf')).toEqual({
      code: 'malformed_request',
      message: 'the body is no OTLP export request in protobuf',
    });
  });

  test('loses no record but the bad ones', () => {
    const good = [...otlpProtobuf('logs', request(one)).subarray(4)];
    // A record whose only field is a body that ends early.
    const records = [...good, 0x12, 2, 0x2a, 9, ...good];
    const scoped = [0x12, records.length, ...records];
    const body = Buffer.from([0x0a, scoped.length, ...scoped]);
    expect(decoded(body, 'protobuf')).toEqual([
      expect.objectContaining({ line: 1, item: expect.anything() }),
      { line: 2, unreadable: expect.any(String) },
      expect.objectContaining({ line: 3, item: expect.anything() }),
    ]);
  });

  test('keeps text that is not UTF-8, with what cannot be read replaced', () => {
    const body = otlpProtobuf('logs', request(one));
    body[body.lastIndexOf(0x61)] = 0xff;
    expect(decoded(body, 'protobuf')).toMatchObject([
      { item: { body: { value: { case: 'stringValue', value: '\ufffd' } } } },
    ]);
  });

  test('has its resource found wherever it stands', () => {
    const attributes = [{ key: 'faas.name', value: { stringValue: 'f' } }];
    const resource = otlpProtobuf('logs', { resourceLogs: [{ resource: { attributes } }] });
    const scoped = otlpProtobuf('logs', request(one));
    const content = Buffer.concat([scoped.subarray(2), resource.subarray(2)]);
    const entries = decoded(
      Buffer.concat([Buffer.from([0x0a, content.length]), content]),
      'protobuf',
    );
    expect(entries).toMatchObject([{ line: 1 }]);
    expect(entries.map((entry) => 'item' in entry && [...entry.resource])).toEqual([
      [['faas.name', 'f']],
    ]);
  });

  test('has a record over the bound rejected, and a resource over it refused', () => {
    const long = { body: { stringValue: 'x'.repeat(200) } };
    expect(decoded(otlpProtobuf('logs', request(long, one)), 'protobuf', 150)).toEqual([
      { line: 1, unreadable: 'is 206 bytes long; a record may have 150' },
      expect.objectContaining({ line: 2, item: expect.anything() }),
    ]);
    const attributes = [{ key: 'x'.repeat(MIB), value: {} }];
    expect(
      refusal(otlpProtobuf('logs', { resourceLogs: [{ resource: { attributes } }] }), 'protobuf')
        .code,
    ).toBe('body_too_large');
  });

  test('may have a million parts', () => {
    const parts = (count: number) => Buffer.alloc(count * 2, Buffer.from([0x0a, 0]));
    expect(refusal(parts(1_000_001), 'protobuf').code).toBe('body_too_large');
    expect(decoded(parts(1_000_000), 'protobuf')).toEqual([]);
  });
});

describe('lines', () => {
  test('count through all resources and scopes', () => {
    const scope = { spans: [{ name: 'a' }, { name: 'b' }] };
    const group = { scopeSpans: [scope, scope] };
    const body = otlpProtobuf('traces', { resourceSpans: [group, group] });
    const entries = [...decodeOtlpSpans(body, { encoding: 'protobuf', recordBytesMax: MIB })];
    expect(entries.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
