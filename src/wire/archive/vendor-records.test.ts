import { describe, expect, test } from 'vitest';
import { buildReadZonedTime } from '../time-from-zone.ts';
import { nativeOfRow, rowsOfReply } from './vendor-records.ts';

const options = { readTime: buildReadZonedTime('Asia/Shanghai'), namespace: undefined };

const rowV2 = {
  functionName: 'testnode',
  retMsg: '"ok"',
  requestId: 'bc309eaa-6d64-11e8-a7fe-5254000b4175',
  startTime: '2018-06-11 18:46:45',
  retCode: 0,
  invokeFinished: 1,
  duration: 0.532,
  billDuration: 100,
  memUsage: 131072,
  log: 'START RequestId: bc309eaa',
};
const rowV3 = {
  FunctionName: 'testnode',
  RetMsg: '"ok"',
  RequestId: 'bc309eaa-6d64-11e8-a7fe-5254000b4175',
  StartTime: '2018-06-11 18:46:45',
  RetCode: 0,
  InvokeFinished: 1,
  Duration: 0.532,
  BillDuration: 100,
  MemUsage: 131072,
  Log: 'START RequestId: bc309eaa',
  Level: '',
  Source: '',
  RetryNum: 0,
};
const native = { ...rowV2, startTime: '2018-06-11T10:46:45.000000Z' };

describe('the output of GetFunctionLogs', () => {
  test('is told by its content, as the API gives it and as SDKs do', () => {
    const v3 = { TotalCount: 1, Data: [rowV3], RequestId: 'r' };
    expect(rowsOfReply({ Response: v3 })).toEqual([rowV3]);
    expect(rowsOfReply(v3)).toEqual([rowV3]);
    const v2 = { code: 0, message: '', codeDesc: 'Success', total: 1, data: [rowV2] };
    expect(rowsOfReply(v2)).toEqual([rowV2]);
  });

  test.each([
    null,
    [],
    'text',
    { functionName: 'f', data: [1] },
    { Data: [1] },
    { code: 0, data: [1] },
    { Response: { Error: { Code: 'InternalError' }, RequestId: 'r' } },
  ])('is not %j', (value) => {
    expect(rowsOfReply(value)).toBeUndefined();
  });

  test('becomes records, row by row', () => {
    expect(nativeOfRow(rowV2, options)).toEqual(native);
    expect(nativeOfRow(rowV3, options)).toEqual({ ...native, source: '', retryNum: 0 });
    const inProd = { ...options, namespace: 'prod' };
    expect(nativeOfRow(rowV2, inProd)).toEqual({ ...native, namespace: 'prod' });
  });

  test('keeps members that nobody knows, and times that cannot be read, for the reader of records', () => {
    const row = { ...rowV3, StartTime: 'soon', Level: 'info', Colour: 'red' };
    expect(nativeOfRow(row, options)).toMatchObject({
      startTime: 'soon',
      Level: 'info',
      Colour: 'red',
    });
  });

  test.each([native, { functionName: 'f', startTime: 1 }, 7, null, 'x', [rowV2]])(
    'leaves %j as it is',
    (value) => {
      expect(nativeOfRow(value, options)).toBe(value);
    },
  );
});
