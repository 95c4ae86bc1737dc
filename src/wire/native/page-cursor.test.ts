import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { hasTextKeys } from '../../domain/page-position.ts';
import { continueFrom, encodeCursor } from './page-cursor.ts';

const count = fc.nat(Number.MAX_SAFE_INTEGER);
const text = fc.string({ unit: 'grapheme', maxLength: 256 });

const place = fc
  .record({
    orderBy: fc.constantFrom(...orderFields),
    order: fc.constantFrom(...orderDirections),
    asOf: count,
    textKey: text,
    numberKey: count,
    startTimeUs: count,
    seq: count,
    functionName: fc.option(text, { nil: undefined }),
  })
  .map(({ orderBy, order, asOf, textKey, numberKey, startTimeUs, seq, functionName }) => {
    const key = hasTextKeys(orderBy) ? textKey : numberKey;
    const named = functionName === undefined ? {} : { functionName };
    const query = buildInvocationQuery({ orderBy, order, ...named });
    return { query, named, asOf, after: { key, startTimeUs, seq } };
  });

describe('a cursor', () => {
  test('carries the question on where the page ended', () => {
    fc.assert(
      fc.property(place, ({ query, named, asOf, after }) => {
        const cursor = encodeCursor(query, asOf, after);
        expect(cursor).toMatch(/^[\w-]+$/);
        const again = buildInvocationQuery(named);
        expect(continueFrom(cursor, named, again)).toEqual({ ...query, asOf, after });
        const whole = { ...named, asOf, orderBy: query.orderBy, order: query.order, offset: 0 };
        expect(continueFrom(cursor, whole, buildInvocationQuery(whole))).toEqual({
          ...query,
          asOf,
          after,
        });
      }),
    );
  });

  const query = buildInvocationQuery({ functionName: 'f' });
  const cursor = encodeCursor(query, 10, { key: 5, startTimeUs: 5, seq: 3 });

  test.each<Partial<InvocationQuery>>([
    {},
    { functionName: 'g' },
    { functionName: 'f', status: 'failed' },
    { functionName: 'f', namespace: 'other' },
    { functionName: 'f', asOf: 11 },
    { functionName: 'f', orderBy: 'duration' },
    { functionName: 'f', order: 'asc' },
    { functionName: 'f', offset: 1 },
  ])('is refused beside %j', (given) => {
    const refuse = () => continueFrom(cursor, given, buildInvocationQuery(given));
    expect(refuse).toThrow(expect.objectContaining({ code: 'invalid_parameter' }));
    expect(refuse).toThrow(/^cursor is /);
  });

  test.each([
    'x',
    '*',
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[2]').toString('base64url'),
    Buffer.from(JSON.stringify([1, 1, 'startTime', 'asc', 'text', 1, 1, ''])).toString('base64url'),
    Buffer.from(JSON.stringify([1, 1, 'duration', 'asc', -1, 1, 1, ''])).toString('base64url'),
    'A'.repeat(100_000),
  ])('that is none is refused: %s', (text) => {
    const given = { functionName: 'f' };
    expect(() => continueFrom(text, given, query)).toThrow(/it takes the nextCursor of a page/);
  });

  test('never fails in another way than with an error of the caller', () => {
    const changed = fc.record({ at: fc.nat(cursor.length - 1), by: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(changed, ({ at, by }) => {
        const broken = cursor.slice(0, at) + by + cursor.slice(at + 1);
        try {
          continueFrom(broken, { functionName: 'f' }, query);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
