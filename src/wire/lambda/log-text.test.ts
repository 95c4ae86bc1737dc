import { describe, expect, test } from 'vitest';
import { readPrintedLine, readSystemLine } from './log-text.ts';

const ID = '8f1c0a52-7d11-4a0e-9b5e-2f6f0c1d9a01';
const TIME = '2026-03-04T05:06:07.800Z';
const TIME_US = Date.parse(TIME) * 1000;
const MIB = 1024 * 1024;

const figures =
  `REPORT RequestId: ${ID}\tDuration: 1711.87 ms\tBilled Duration: 1712 ms\t` +
  'Memory Size: 128 MB\tMax Memory Used: 98 MB\t';
const ended = { invokeFinished: true, endTimeUs: TIME_US };
const measured = {
  ...ended,
  durationUs: 1_711_870,
  billDurationMs: 1_712,
  memoryLimitBytes: 128 * MIB,
  memUsageBytes: 98 * MIB,
};

describe('START, END and REPORT', () => {
  test('say when a run began and that it is over', () => {
    expect(readSystemLine(`START RequestId: ${ID} Version: $LATEST`, TIME_US)).toEqual({
      role: 'start',
      requestId: ID,
      facts: { startTimeUs: TIME_US, qualifier: '$LATEST' },
      isText: true,
    });
    expect(readSystemLine(`END RequestId: ${ID}`, TIME_US)).toEqual({
      role: 'end',
      requestId: ID,
      facts: ended,
      isText: true,
    });
  });

  test('give the figures in our units', () => {
    expect(readSystemLine(figures, TIME_US)?.facts).toEqual(measured);
    const more =
      `${figures}Init Duration: 156.08 ms\tRestore Duration: 7.5 ms\t\n` +
      'XRAY TraceId: 1-5d88ad26-af7e1cf8\tSegmentId: 2ea934c0\tSampled: true\t';
    expect(readSystemLine(more, TIME_US)?.facts).toEqual({
      ...measured,
      initDurationUs: 156_080,
      traceId: '1-5d88ad26-af7e1cf8',
      extra: { restoreDuration: 7.5 },
    });
  });

  test.each([
    ['Status: timeout', 433, 'Task timed out'],
    ['Status: error\tError Type: Runtime.OutOfMemory', 434, 'Runtime.OutOfMemory'],
    ['Status: error\tError Type: Runtime.ExitError', 439, 'Runtime.ExitError'],
    ['Status: error\tError Type: Runtime.Unknown', 430, 'Runtime.Unknown'],
  ])('with %j tell of a failure', (status, statusCode, retMsg) => {
    const { facts } = readSystemLine(figures + status, TIME_US) ?? {};
    expect(facts).toMatchObject({ ...measured, retCode: 1, statusCode, retMsg });
  });

  test.each(['999999999999999', '-1', 'NaN', '1e3', ''])(
    'with the duration %j give none',
    (given) => {
      const { facts } = readSystemLine(figures.replace('1711.87', given), TIME_US) ?? {};
      expect(facts).toMatchObject(ended);
      expect(facts).not.toHaveProperty('durationUs');
    },
  );
});

describe('a run that broke off', () => {
  test.each([
    [`${TIME} ${ID} Task timed out after 3.05 seconds`, 433, 'Task timed out after 3.05 seconds'],
    [
      `RequestId: ${ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
      439,
      'Error: Runtime exited with error: exit status 1',
    ],
    [
      `RequestId: ${ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError`,
      434,
      'Error: Runtime exited with error: signal: killed',
    ],
    [
      `RequestId: ${ID} Error: fork/exec /var/task/bootstrap: no such file\nRuntime.InvalidEntrypoint`,
      445,
      'Error: fork/exec /var/task/bootstrap: no such file',
    ],
    [
      `RequestId: ${ID} Process exited before completing request`,
      439,
      'Process exited before completing request',
    ],
  ])('is told by %j', (text, statusCode, retMsg) => {
    expect(readSystemLine(text, TIME_US)).toMatchObject({
      role: 'log',
      requestId: ID,
      facts: { retCode: 1, statusCode, retMsg },
    });
  });
});

describe('loading', () => {
  test.each([
    ['INIT_START Runtime Version: nodejs:22.v9\tRuntime Version ARN: arn', 'init', 'nodejs:22.v9'],
    ['RESTORE_START Runtime Version: java:21.v3\tRuntime Version ARN: arn', 'init', 'java:21.v3'],
    ['INIT_START', 'init', undefined],
  ])('begins with %j', (text, role, runtime) => {
    const facts = runtime === undefined ? {} : { extra: { runtime } };
    expect(readSystemLine(text, TIME_US)).toEqual({ role, facts });
  });

  test.each([
    ['INIT_REPORT Init Duration: 9.5 ms\tPhase: init\tStatus: timeout', { initDurationUs: 9_500 }],
    ['RESTORE_REPORT Restore Duration: 9.5 ms', { extra: { restoreDuration: 9.5 } }],
    ['INIT_REPORT ', {}],
  ])('ends with %j, which is no failure of a run', (text, facts) => {
    expect(readSystemLine(text, TIME_US)).toEqual({ role: 'loaded', facts });
  });

  test.each([
    'EXTENSION\tName: forwarder\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
    'TELEMETRY\tName: forwarder\tState: Subscribed\tTypes: [Platform]',
    'LOGS\tName: forwarder\tState: Subscribed\tTypes: [Function]',
  ])('has %j beside it, which says nothing of a run', (text) => {
    expect(readSystemLine(text, TIME_US)).toEqual({ role: 'none', facts: {} });
  });
});

describe('any other line', () => {
  test.each([
    '',
    'hello',
    'START of something',
    ` START RequestId: ${ID}`,
    `RequestId: ${ID} was handled`,
    'RequestId: mine Error: my own',
    `${TIME} mine Task timed out after 3 seconds`,
    `Task timed out after 3 seconds`,
  ])('such as %j is not Lambda’s', (text) => {
    expect(readSystemLine(text, TIME_US)).toBeUndefined();
  });

  test('may begin with the prefix of its runtime', () => {
    const plain = { role: 'log', facts: {} };
    expect(readPrintedLine(`${TIME}\t${ID}\tINFO\thello`)).toEqual({ ...plain, requestId: ID });
    expect(readPrintedLine(`[INFO]\t${TIME}\t${ID}\thello`)).toEqual({ ...plain, requestId: ID });
    expect(readPrintedLine(`${TIME}\tundefined\tINFO\thello`)).toEqual(plain);
    expect(readPrintedLine(`[INFO]\t${TIME}\t\thello`)).toEqual(plain);
    expect(readPrintedLine('hello')).toEqual(plain);
  });

  test.each(['Invoke Error', 'Uncaught Exception', 'Unhandled Promise Rejection'])(
    'is a failure where Node’s runtime begins it with %s',
    (beginning) => {
      const thrown = '{"errorType":"Runtime.HandlerNotFound","errorMessage":"index.handler"}';
      expect(readPrintedLine(`${TIME}\t${ID}\tERROR\t${beginning} \t${thrown}`).facts).toEqual({
        retCode: 1,
        statusCode: 437,
        retMsg: thrown,
        extra: { errorType: 'Runtime.HandlerNotFound' },
      });
      expect(readPrintedLine(`${TIME}\t${ID}\tERROR\t${beginning} \t{cut`).facts).toEqual({
        retCode: 1,
        statusCode: 430,
        retMsg: '{cut',
      });
    },
  );

  test('is a failure where Python’s runtime wrote the trace', () => {
    const text = '[ERROR] KeyError: \'name\'\nTraceback (most recent call last):\n  File "a.py"';
    expect(readPrintedLine(text)).toEqual({
      role: 'log',
      facts: {
        retCode: 1,
        statusCode: 430,
        retMsg: text.slice('[ERROR] '.length),
        extra: { errorType: 'KeyError' },
      },
    });
  });
});
