import { describe, expect, test } from 'vitest';
import type { Fragment, FragmentCandidate } from '../../domain/fragment.ts';
import { decodeTelemetry } from './decode-telemetry.ts';

const ID = '8f1c0a52-7d11-4a0e-9b5e-2f6f0c1d9a01';
const OTHER_ID = '1b7de2c4-90f3-4c7a-8f55-6d1e0a3b7c02';
const TIME = '2026-03-04T05:06:07.800Z';
const TIME_US = Date.UTC(2026, 2, 4, 5, 6, 7, 800) * 1000;
const options = { namespace: 'default', functionName: 'resize', recordBytesMax: 10_000 };

function decoded(events: unknown, given: object = {}): FragmentCandidate[] {
  const body = typeof events === 'string' ? events : JSON.stringify(events);
  return [...decodeTelemetry(Buffer.from(body), { ...options, ...given })];
}

function fragmentsOf(events: unknown, given: object = {}): Fragment[] {
  return decoded(events, given).map((candidate) => {
    if ('unreadable' in candidate) {
      throw new Error(`${candidate.field} ${candidate.unreadable}`);
    }
    return candidate.fragment;
  });
}

function event(type: string, record: unknown, time = TIME) {
  return { time, type, record };
}

/** The request id and the texts of each fragment that has lines. */
function linesOf(events: unknown, given: object = {}): unknown[] {
  return fragmentsOf(events, given)
    .filter(({ lines }) => lines.length > 0)
    .map(({ requestId, lines }) => [requestId, ...lines.map(({ text }) => text)]);
}

const start = (requestId = ID) => event('platform.start', { requestId, version: '$LATEST' });
const said = (record: unknown) => event('function', record);

describe('a platform event', () => {
  test('is a part of the run that it names', () => {
    expect(fragmentsOf([start()])).toEqual([
      {
        namespace: 'default',
        functionName: 'resize',
        requestId: ID,
        retryNum: 0,
        timeUs: TIME_US,
        facts: { startTimeUs: TIME_US, qualifier: '$LATEST' },
        lines: [],
        source: 'lambda-telemetry',
      },
    ]);
  });

  test('of the older Logs API is read too', () => {
    const fault = `RequestId: ${ID} Process exited before completing request`;
    const [end, broken] = fragmentsOf([
      event('platform.end', { requestId: ID }),
      event('platform.fault', fault),
    ]);
    expect(end?.facts).toEqual({ invokeFinished: true, endTimeUs: TIME_US });
    expect(broken).toMatchObject({
      requestId: ID,
      facts: { retCode: 1, statusCode: 439, retMsg: 'Process exited before completing request' },
      lines: [{ timeUs: TIME_US, text: fault }],
    });
  });

  test.each([
    'platform.initRuntimeDone',
    'platform.extension',
    'platform.telemetrySubscription',
    'platform.logsSubscription',
    'platform.restoreReport',
    'platform.ofTomorrow',
  ])('%s is no part of a run', (type) => {
    expect(decoded([event(type, { name: 'forwarder', state: 'Ready' })])).toEqual([]);
  });

  test('initStart names the function, and with initReport what is so of the first run', () => {
    const events = [
      event('platform.initStart', {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: 'nodejs:22.v9',
        functionName: 'thumbnail',
        functionVersion: '$LATEST',
      }),
      event('platform.initReport', {
        initializationType: 'on-demand',
        phase: 'init',
        status: 'success',
        metrics: { durationMs: 125.33 },
      }),
      start(),
      start(OTHER_ID),
    ];
    expect(fragmentsOf(events, { functionName: undefined })).toMatchObject([
      {
        functionName: 'thumbnail',
        facts: { initDurationUs: 125_330, extra: { runtime: 'nodejs:22.v9' } },
      },
      { functionName: 'thumbnail', facts: { startTimeUs: TIME_US, qualifier: '$LATEST' } },
    ]);
    expect(fragmentsOf(events)[0]?.functionName).toBe('resize');
    expect(fragmentsOf(events)[1]?.facts.initDurationUs).toBeUndefined();
  });

  test('initReport of provisioned concurrency, and of loading within a run, gives no run its time', () => {
    const report = (given: object) =>
      event('platform.initReport', { metrics: { durationMs: 5 }, ...given });
    const provisioned = [report({ initializationType: 'provisioned-concurrency' }), start()];
    const within = [start(), report({ phase: 'invoke' }), start(OTHER_ID)];
    for (const { facts } of [...fragmentsOf(provisioned), ...fragmentsOf(within)]) {
      expect(facts).not.toHaveProperty('initDurationUs');
    }
  });

  test('start may name the function by its ARN', () => {
    const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:resize-arn:live';
    const events = [event('platform.start', { requestId: ID, functionArn })];
    expect(fragmentsOf(events, { functionName: undefined })[0]?.functionName).toBe('resize-arn');
  });
});

describe('a log line', () => {
  test('is of the run that began last', () => {
    expect(linesOf([start(), said('one\n'), start(OTHER_ID), said('two'), said('three')])).toEqual([
      [ID, 'one'],
      [OTHER_ID, 'two'],
      [OTHER_ID, 'three'],
    ]);
  });

  test('before the first start is only of its stream', () => {
    const [line] = fragmentsOf([said('early'), start()], { stream: 'sandbox-1' });
    expect(line).toMatchObject({ requestId: undefined, stream: 'sandbox-1' });
  });

  test('while the function loads is of its first run', () => {
    const init = event('platform.initStart', { functionName: 'resize', phase: 'init' });
    expect(linesOf([init, said('loading'), start(), said('running')])).toEqual([
      [ID, 'loading'],
      [ID, 'running'],
    ]);
  });

  test('of an extension, and of lost lines, is one as well', () => {
    const dropped = { droppedBytes: 12_345, droppedRecords: 123, reason: 'too fast' };
    expect(
      linesOf([start(), event('extension', 'from beside'), event('platform.logsDropped', dropped)]),
    ).toEqual([
      [ID, 'from beside'],
      [ID, 'Lambda dropped 123 log records of 12345 bytes: too fast'],
    ]);
  });

  test('of the JSON format is kept as JSON, and names its run', () => {
    const record = { timestamp: TIME, level: 'INFO', requestId: OTHER_ID, message: 'hello' };
    expect(linesOf([start(), said(record)])).toEqual([[OTHER_ID, JSON.stringify(record)]]);
    const named = { ...record, requestId: undefined, AWSRequestId: OTHER_ID };
    expect(linesOf([start(), said(named)])).toEqual([[OTHER_ID, JSON.stringify(named)]]);
  });

  test('with another request id, such as that of a caller, is of the run all the same', () => {
    const record = { level: 'info', requestId: OTHER_ID, msg: 'calling' };
    expect(linesOf([start(), said(record)])).toEqual([[ID, JSON.stringify(record)]]);
  });

  test('with the prefix of Node or Python is of the run that it names', () => {
    const node = `${TIME}\t${OTHER_ID}\tINFO\thello`;
    const python = `[INFO]\t${TIME}\t${OTHER_ID}\thello`;
    expect(linesOf([start(), said(node), said(python)])).toEqual([
      [OTHER_ID, node],
      [OTHER_ID, python],
    ]);
  });

  test('that Node or Python wrote of an error that ended the run makes it a failure', () => {
    const thrown = '{"errorType":"TypeError","errorMessage":"x is not a function"}';
    const node = `${TIME}\t${ID}\tERROR\tInvoke Error \t${thrown}`;
    const python = '[ERROR] KeyError: \'name\'\nTraceback (most recent call last):\n  File "a.py"';
    const [, ofNode, ofPython] = fragmentsOf([start(), said(node), said(python)]);
    expect(ofNode?.facts).toEqual({
      retCode: 1,
      statusCode: 430,
      retMsg: thrown,
      extra: { errorType: 'TypeError' },
    });
    expect(ofPython?.facts).toMatchObject({ statusCode: 430, extra: { errorType: 'KeyError' } });
  });

  test.each([
    `${TIME}\t${ID}\tERROR\tInvoke failed`,
    `${TIME}\t${ID}\tINFO\tInvoke Error \t{}`,
    `[ERROR]\t${TIME}\t${ID}\tcaught\nTraceback (most recent call last):`,
    '[ERROR] no trace',
    'START RequestId: not-from-lambda Version: 1',
  ])('%j is no more than a line', (text) => {
    expect(fragmentsOf([start(), said(text)])[1]?.facts).toEqual({});
  });

  test('with half a surrogate pair becomes text that can be stored', () => {
    expect(
      linesOf('[{"time":"2026-03-04T05:06:07Z","type":"function","record":"a\\ud800b"}]', {
        stream: 's',
      }),
    ).toEqual([[undefined, 'a\ufffdb']]);
  });
});

describe('what cannot be taken', () => {
  test.each(['', ' ', 'hello', '"text"', '7', 'null'])('is the body %j as a whole', (body) => {
    expect(() => decoded(body)).toThrow(
      expect.objectContaining({
        code: 'malformed_request',
        message: expect.stringContaining('JSON array'),
      }),
    );
  });

  test.each([
    [7, '', 'must be an object'],
    [{ time: TIME, record: {} }, 'type', 'platform.start'],
    [event('platform.start', { requestId: ID }, 'yesterday'), 'time', 'RFC 3339'],
    [event('platform.start', {}), 'record.requestId', '1 to 256'],
    [event('platform.start', 'text'), 'record', 'an object'],
    [event('platform.report', { requestId: '' }), 'record.requestId', '1 to 256'],
    [event('function', 7), 'record', 'text or an object'],
    [
      event('platform.report', { requestId: ID, metrics: { durationMs: -1 } }),
      'record.metrics.durationMs',
      'from 0',
    ],
    [
      event('platform.report', { requestId: ID, metrics: { memorySizeMB: '128' } }),
      'record.metrics.memorySizeMB',
      'from 0',
    ],
  ])('is the event %j, by itself', (bad, field, reason) => {
    const [first, second] = decoded([bad, start()]);
    expect(first).toEqual({ line: 1, field, unreadable: expect.stringContaining(reason) });
    expect(second).toMatchObject({ line: 2, fragment: { requestId: ID } });
  });

  test('is an event of a function that nobody named, or of a run that nothing tells', () => {
    expect(decoded([start()], { functionName: undefined })).toEqual([
      { line: 1, unreadable: expect.stringContaining('the parameter functionName') },
    ]);
    expect(decoded([said('whose?')])).toEqual([
      { line: 1, unreadable: expect.stringContaining('the parameter stream') },
    ]);
  });
});

test('events may come one a line, as Lambda sends them over TCP', () => {
  const body = [start(), said('one')].map((one) => JSON.stringify(one)).join('\n');
  expect(decoded(body).map(({ line }) => line)).toEqual([1, 2]);
  expect(linesOf(body)).toEqual([[ID, 'one']]);
});
