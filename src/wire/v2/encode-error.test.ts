// That every error has its spelling, and that none shows the inside.

import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode, errorTable } from '../../domain/errors.ts';
import { encodeError } from './encode-error.ts';

const isErrorCode = (code: string): code is ErrorCode => code in errorTable;
const codes = Object.keys(errorTable).filter(isErrorCode);

describe('an error of API 2.0', () => {
  test('has a code, the message and a description', () => {
    expect(encodeError(new AppError('unauthorized', 'not for this key'))).toEqual({
      code: 4102,
      message: 'not for this key',
      codeDesc: 'UnauthorizedOperation',
    });
  });

  test.each(codes)('%s has a code other than 0 and a message', (code) => {
    const reply = encodeError(new AppError(code, 'own message'));
    expect(reply.code).toBeGreaterThanOrEqual(4000);
    expect(reply.message).not.toBe('');
    expect(reply.codeDesc).toMatch(/^[A-Z][A-Za-z.]+$/);
  });

  test.each(codes.filter((code) => ['fault', 'operator'].includes(errorTable[code].kind)))(
    '%s shows nothing of the inside',
    (code) => {
      const reply = encodeError(new AppError(code, '/var/lib/secret: connection refused'));
      expect(reply).toMatchObject({ code: 6000, codeDesc: 'InternalError' });
      expect(reply.message).not.toContain('secret');
    },
  );
});
