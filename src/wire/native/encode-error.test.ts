import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode, errorTable } from '../../domain/errors.ts';
import { encodeNativeError } from './encode-error.ts';
import { encodeReceipt } from './encode-receipt.ts';

const codes = Object.keys(errorTable) as ErrorCode[];

describe('an error of the native API', () => {
  test('has its status, its code, its message and its details', () => {
    const error = new AppError('invalid_parameter', 'limit is "x"', {
      details: { parameter: 'limit' },
    });
    expect(encodeNativeError(error)).toEqual({
      status: 400,
      retryAfterSeconds: undefined,
      body: {
        error: {
          code: 'invalid_parameter',
          message: 'limit is "x"',
          details: { parameter: 'limit' },
        },
      },
    });
  });

  test('has no details where there are none', () => {
    expect(encodeNativeError(new AppError('not_found', 'nothing')).body).toEqual({
      error: { code: 'not_found', message: 'nothing' },
    });
  });

  test.each(codes)('%s says when to come back exactly where that helps', (code) => {
    const { status, retryAfterSeconds } = encodeNativeError(new AppError(code, 'a message'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(retryAfterSeconds !== undefined).toBe(errorTable[code].retryable);
  });

  test.each(codes.filter((code) => errorTable[code].kind === 'caller' && code !== 'query_timeout'))(
    '%s is a status of the caller',
    (code) => {
      expect(encodeNativeError(new AppError(code, 'a message')).status).toBeLessThan(500);
    },
  );

  test.each([
    ['an Error', new Error('/var/lib/secret')],
    ['a text', '/var/lib/secret'],
    ['nothing', undefined],
  ])('shows nothing of the inside of %s', (_what, raised) => {
    expect(encodeNativeError(raised)).toEqual({
      status: 500,
      retryAfterSeconds: undefined,
      body: { error: { code: 'internal', message: 'something went wrong here' } },
    });
  });

  test('shows nothing of its cause', () => {
    const error = new AppError('store_unavailable', 'later', { cause: new Error('secret') });
    expect(JSON.stringify(encodeNativeError(error))).not.toContain('secret');
  });
});

describe('a receipt', () => {
  const rejected = [{ line: 2, field: 'log', reason: 'must be a string' }];

  test('lists every rejection and counts them only where the list is cut', () => {
    const receipt = { accepted: 1, replaced: 2, duplicates: 3, rejected, rejectedCount: 1 };
    const { rejectedCount: _, ...listed } = receipt;
    expect(encodeReceipt(receipt)).toEqual(listed);
    expect(encodeReceipt({ ...receipt, rejectedCount: 9 })).toEqual({
      ...listed,
      rejectedCount: 9,
    });
  });
});
