// Each parameter of GetFunctionLogs: what it takes, and what it says to everything else.

import { describe, expect, test } from 'vitest';
import { decodeGetFunctionLogs } from './decode-get-function-logs.ts';

function decode(parameters: Readonly<Record<string, string>>) {
  return decodeGetFunctionLogs(Object.entries(parameters));
}

describe('GetFunctionLogs of API 2.0', () => {
  test('asks for the 20 newest runs of all functions where nothing is said', () => {
    expect(
      decode({ Action: 'GetFunctionLogs', RequestClient: 'x', Version: '1', Token: '' }),
    ).toEqual({ namespace: 'default', orderBy: 'startTime', order: 'desc', limit: 20, offset: 0 });
  });

  test('reads the example of the vendor’s page', () => {
    const example = { offset: '1', limit: '2', orderby: 'duration', functionName: 'helljin89' };
    expect(decode(example)).toEqual({
      namespace: 'default',
      functionName: 'helljin89',
      orderBy: 'duration',
      order: 'asc',
      limit: 2,
      offset: 1,
    });
  });

  test('sorts in descending order where only the direction says so', () => {
    expect(decode({ order: 'asc' })).toMatchObject({ orderBy: 'startTime', order: 'asc' });
  });

  test('reads a request id as text, whatever it looks like', () => {
    expect(decode({ requestId: ' 1e3 ' })).toMatchObject({ requestId: ' 1e3 ' });
  });

  test.each([
    ['start_time', 'startTime'],
    ['startTime', 'startTime'],
    ['function_name', 'functionName'],
    ['functionName', 'functionName'],
    ['request_id', 'requestId'],
    ['requestId', 'requestId'],
    ['duration', 'duration'],
    ['mem_usage', 'memUsage'],
    ['memUsage', 'memUsage'],
  ])('orderby %s is %s', (orderby, orderBy) => {
    expect(decode({ orderby })).toMatchObject({ orderBy, order: 'asc' });
  });

  test.each([
    ['asc', 'asc'],
    ['acs', 'asc'],
    ['ACS', 'asc'],
    ['Asc', 'asc'],
    ['desc', 'desc'],
    ['DESC', 'desc'],
  ])('order %s is %s', (given, order) => {
    expect(decode({ order: given })).toMatchObject({ order });
  });

  test.each([
    ['is0', 'ok'],
    ['not0', 'failed'],
  ])('filter.retCode %s is the status %s', (filter, status) => {
    expect(decode({ 'filter.retCode': filter })).toMatchObject({ status });
  });

  test.each([
    ['0', 0],
    ['10000', 10_000],
    ['0007', 7],
  ])('limit %s is %d', (given, limit) => {
    expect(decode({ limit: given })).toMatchObject({ limit });
  });

  test('takes any offset that JavaScript counts exactly', () => {
    expect(decode({ offset: '9007199254740991' })).toMatchObject({ offset: 9007199254740991 });
    expect(() => decode({ offset: '9007199254740992' })).toThrow(/parameter offset has the value/);
  });
});

describe('a parameter that is not accepted', () => {
  const notIntegers = [
    '1e3',
    '+1',
    ' 1',
    '1 ',
    '1.0',
    '-1',
    '0x1',
    '１',
    'Infinity',
    '1_000',
    '1\n',
  ];

  test.each(notIntegers)('the integer %j is refused, with the bound', (value) => {
    expect(() => decode({ limit: value })).toThrow(
      `parameter limit has the value ${JSON.stringify(value).replaceAll('\\n', '\n')}: ` +
        'an integer from 0 to 10000 in digits only is accepted',
    );
    expect(() => decode({ offset: value })).toThrow(/parameter offset .* 9007199254740991/s);
  });

  test.each(['functionName', 'requestId', 'offset', 'limit', 'order', 'orderby', 'filter.retCode'])(
    '%s is refused when empty, with the advice to leave it out',
    (name) => {
      expect(() => decode({ [name]: '' })).toThrow(
        expect.objectContaining({
          code: 'invalid_parameter',
          message: expect.stringMatching(`^parameter ${name} .*leave it out$`),
        }),
      );
    },
  );

  test.each([
    ['OrderBy', 'orderby'],
    ['orderBy', 'orderby'],
    ['Limit', 'limit'],
    ['functionname', 'functionName'],
    ['REQUESTID', 'requestId'],
    ['filter.retcode', 'filter.retCode'],
    ['Filter.RetCode', 'filter.retCode'],
  ])('%s is refused, with the spelling %s', (name, spelling) => {
    expect(() => decode({ [name]: '1' })).toThrow(
      `parameter "${name}" is not known: it is spelled ${spelling}`,
    );
  });

  test.each(['filter', 'filter.status', 'filter[retCode]', 'filter.ret_code', 'filter.0'])(
    '%s is refused, since only one filter is known',
    (name) => {
      expect(() => decode({ [name]: 'not0' })).toThrow(/filter.retCode, is0 or not0, is the only/);
    },
  );

  test('values are shown cut where they are long', () => {
    expect(() => decode({ order: 'x'.repeat(5000) })).toThrow(/^.{1,200}$/);
  });
});
