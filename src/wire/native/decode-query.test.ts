import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  invocationStatuses,
  LIMIT_MAX,
  OFFSET_MAX,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { decodeQuery } from './decode-query.ts';
import { encodeQuery } from './encode-query.ts';

function decoded(text: string) {
  return decodeQuery(Buffer.from(text));
}

function errorOf(text: string): AppError {
  try {
    decoded(text);
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('a query string', () => {
  test('is empty where nothing is asked', () => {
    expect(decoded('')).toEqual({});
  });

  test('may hold every parameter', () => {
    const text =
      'namespace=prod&functionName=a%2Bb+c&qualifier=%24LATEST&requestId=%E6%96%87&status=failed' +
      '&since=2026-01-31T12:00:00Z&until=2026-01-31T20:00:00.5%2B08:00' +
      '&orderBy=memUsage&order=asc&limit=10000&offset=9007199254740991&asOf=7&cursor=WzFd';
    const noonUs = Date.UTC(2026, 0, 31, 12) * 1000;
    expect(decoded(text)).toEqual({
      namespace: 'prod',
      functionName: 'a+b c',
      qualifier: '$LATEST',
      requestId: '文',
      status: 'failed',
      sinceUs: noonUs,
      untilUs: noonUs + 500_000,
      orderBy: 'memUsage',
      order: 'asc',
      limit: LIMIT_MAX,
      offset: OFFSET_MAX,
      asOf: 7,
      cursor: 'WzFd',
    });
  });

  test.each([
    ['namespace', ''],
    ['functionName', ''],
    ['qualifier', ''],
    ['requestId', ''],
    ['status', 'gone'],
    ['status', 'OK'],
    ['since', '2026-01-31'],
    ['since', 'yesterday'],
    // An offset whose plus sign was not encoded.
    ['since', '2026-01-31T12:00:00+08:00'],
    ['until', '1767225600'],
    ['orderBy', 'log'],
    ['orderBy', 'toString'],
    ['order', 'descending'],
    ['limit', '-1'],
    ['limit', '10001'],
    ['limit', '1.5'],
    ['limit', '1e3'],
    ['limit', ''],
    ['cold', 'maybe'],
    ['slow', '3'],
    ['slow', '>0x'],
    ['slow', '-1s'],
    ['search', ''],
    ['search', 'a "b'],
    ['contains', ''],
    ['regex', '('],
    ['regex', 'a(?=b)'],
    ['asOf', '-1'],
    ['cursor', ''],
    ['offset', 'x'],
    ['offset', '9007199254740992'],
    ['offset', '99999999999999999999'],
  ])('is refused by the name of %s where that is %j', (name, value) => {
    const error = errorOf(`${name}=${value}`);
    expect(error.code).toBe('invalid_parameter');
    expect(error.details).toEqual({ parameter: name });
    expect(error.message.startsWith(`${name} is "${value.replace('+', ' ')}"`)).toBe(true);
  });

  test.each(['nameSpace', 'Limit', '__proto__', 'constructor', 'colour'])(
    'is refused for %s, which is no parameter',
    (name) => {
      const error = errorOf(`limit=5&${name}=1`);
      expect(error).toMatchObject({ code: 'invalid_parameter', details: { parameter: name } });
      expect(error.message).toContain(`"${name}"`);
      expect(error.message).toContain('known: namespace, functionName');
    },
  );

  test('is refused where a parameter comes twice or is no text', () => {
    expect(errorOf('limit=1&limit=2').message).toContain('"limit"');
    expect(errorOf('limit=%').code).toBe('malformed_request');
    expect(errorOf('functionName=%ff').code).toBe('malformed_request');
  });

  test('never fails in another way than with an error of the caller', () => {
    const pair = fc.tuple(
      fc.constantFrom('limit', 'since', 'orderBy', 'requestId', 'x', ''),
      fc.string({ unit: fc.constantFrom(...'%&=+ 0129aé-TZ:') }),
    );
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 4 }), (pairs) => {
        const text = pairs.map((each) => each.join('=')).join('&');
        try {
          decoded(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe('a question written and read again', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const timeUs = fc.integer({ min: 0, max: TIME_US_MAX - 1 });
  const question = fc.record(
    {
      namespace: text,
      functionName: text,
      qualifier: text,
      requestId: text,
      status: fc.constantFrom(...invocationStatuses),
      sinceUs: timeUs,
      untilUs: timeUs,
      orderBy: fc.constantFrom(...orderFields),
      order: fc.constantFrom(...orderDirections),
      limit: fc.nat(LIMIT_MAX),
      offset: fc.nat(OFFSET_MAX),
      cold: fc.boolean(),
      slowerThan: fc.oneof(
        fc.record({ us: fc.nat(10 ** 12) }),
        fc.record({ times: fc.constantFrom(0.5, 1, 3, 12.25) }),
      ),
      asOf: fc.nat(OFFSET_MAX),
      search: fc.constantFrom('a', 'a "b c"', '函数'),
      contains: text,
      regex: fc.constantFrom('a', '^[a-z]+$'),
    },
    { requiredKeys: [] },
  );

  test('is the same question', () => {
    fc.assert(
      fc.property(question, (given) => {
        const query = buildInvocationQuery(given);
        expect(decoded(encodeQuery(query))).toEqual(query);
      }),
    );
  });
});
