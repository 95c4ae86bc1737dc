import { describe, expect, test } from 'vitest';
import type { Fragment, FragmentCandidate } from '../../domain/fragment.ts';
import { decodeCloudwatch, decodeCloudwatchParts } from './decode-cloudwatch.ts';

const ID = '8f1c0a52-7d11-4a0e-9b5e-2f6f0c1d9a01';
const OTHER_ID = '1b7de2c4-90f3-4c7a-8f55-6d1e0a3b7c02';
const TIME_MS = Date.UTC(2026, 2, 4, 5, 6, 7, 800);
const TIME_US = TIME_MS * 1000;
const TIME = new Date(TIME_MS).toISOString();
const STREAM = '2026/03/04/[7]0123456789abcdef0123456789abcdef';
const options = { namespace: 'default', recordBytesMax: 10_000 };

const START = `START RequestId: ${ID} Version: 7\n`;
const START_OTHER = `START RequestId: ${OTHER_ID} Version: 7\n`;
const END = `END RequestId: ${ID}\n`;

function payload(messages: readonly unknown[], given: object = {}): object {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/lambda/resize',
    logStream: STREAM,
    subscriptionFilters: ['to-fnlog'],
    logEvents: messages.map((message, index) =>
      typeof message === 'string' ? { id: `37${index}`, timestamp: TIME_MS, message } : message,
    ),
    ...given,
  };
}

function decoded(body: object | string, given: object = {}): FragmentCandidate[] {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return [...decodeCloudwatch(bytes, { ...options, ...given })];
}

function fragmentsOf(body: object | string, given: object = {}): Fragment[] {
  return decoded(body, given).map((candidate) => {
    if ('unreadable' in candidate) {
      throw new Error(`${candidate.field} ${candidate.unreadable}`);
    }
    return candidate.fragment;
  });
}

/** What the last of the lines says of its run. */
function factsOf(...messages: string[]) {
  return fragmentsOf(payload(messages)).at(-1)?.facts;
}

/** The request id and the text of each line. */
function linesOf(...messages: string[]): unknown[] {
  return fragmentsOf(payload(messages)).map(({ requestId, lines }) => [requestId, lines[0]?.text]);
}

describe('a payload', () => {
  test('names function, sandbox, version, and each line', () => {
    expect(fragmentsOf(payload([START]))).toEqual([
      {
        namespace: 'default',
        functionName: 'resize',
        requestId: ID,
        retryNum: 0,
        stream: STREAM,
        timeUs: TIME_US,
        facts: { startTimeUs: TIME_US, qualifier: '7', extra: { logGroup: '/aws/lambda/resize' } },
        lines: [{ timeUs: TIME_US, text: `START RequestId: ${ID} Version: 7`, id: '370' }],
        source: 'cloudwatch',
      },
    ]);
  });

  test.each([
    ['/aws/lambda/resize', STREAM, 'resize'],
    ['/shop/prod/resize', STREAM, 'resize'],
    ['shop', '2026/03/04/thumb-nail[$LATEST]0123456789abcdef0123456789abcdef', 'thumb-nail'],
    ['shop', 'another form', 'shop'],
  ])('of the group %s and the stream %s is of the function %s', (logGroup, logStream, name) => {
    const body = payload([START], { logGroup, logStream });
    expect(fragmentsOf(body)[0]?.functionName).toBe(name);
    expect(fragmentsOf(body, { functionName: 'given' })[0]?.functionName).toBe('given');
  });

  test('that only checks whether somebody is there is nothing', () => {
    expect(decoded(payload(['a'], { messageType: 'CONTROL_MESSAGE' }))).toEqual([]);
  });

  test('may follow another, with a newline between them or with nothing', () => {
    const one = JSON.stringify(payload([START, 'one']));
    const two = JSON.stringify(payload([START_OTHER, 'two'], { logStream: 'other' }));
    for (const gap of ['', '\n']) {
      const candidates = decoded(one + gap + two);
      expect(candidates.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
      expect(candidates.at(-1)).toMatchObject({ fragment: { requestId: OTHER_ID } });
    }
  });

  test('goes on where an earlier one of its stream stopped, unless they are out of order', () => {
    const one = JSON.stringify(payload([START]));
    const two = JSON.stringify(payload(['two']));
    const other = JSON.stringify(payload(['other'], { logStream: 'other' }));
    const early = { id: '1', timestamp: TIME_MS - 1, message: 'early' };
    const texts = fragmentsOf(one + other + two + JSON.stringify(payload([early]))).map(
      ({ requestId, lines }) => [requestId, lines[0]?.text],
    );
    expect(texts).toEqual([
      [ID, START.trimEnd()],
      [ID, 'two'],
      [undefined, 'early'],
      [undefined, 'other'],
    ]);
  });
});

describe('a line of Lambda', () => {
  const sandbox = { qualifier: '7', extra: { logGroup: '/aws/lambda/resize' } };

  test('that says how a run ended tells also of its sandbox', () => {
    expect(factsOf(END)).toEqual({ invokeFinished: true, endTimeUs: TIME_US, ...sandbox });
    expect(factsOf(`${TIME} ${ID} Task timed out after 3.05 seconds\n\n`)).toEqual({
      retCode: 1,
      statusCode: 433,
      retMsg: 'Task timed out after 3.05 seconds',
    });
  });

  test('about loading is of the first run, or of none', () => {
    const loading = [
      'INIT_START Runtime Version: python:3.13.v5\tRuntime Version ARN: arn:aws:lambda:x\n',
      'EXTENSION\tName: forwarder\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
      'TELEMETRY\tName: forwarder\tState: Subscribed\tTypes: [Platform]\n',
      'INIT_REPORT Init Duration: 154.03 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n',
      'loading',
    ];
    expect(linesOf(...loading, START).map((line) => (line as string[])[0])).toEqual([ID, ID, ID]);
    expect(factsOf(...loading, START)).toMatchObject({
      initDurationUs: 154_030,
      extra: { runtime: 'python:3.13.v5' },
    });
    expect(factsOf(...loading, START)).not.toHaveProperty('retCode');
    expect(decoded(payload(loading.slice(0, 3)))).toEqual([]);
    expect(fragmentsOf(payload(loading)).map(({ requestId }) => requestId)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a line of the function', () => {
  test('is of the run that began last, or that an earlier line named', () => {
    expect(linesOf('early', START, 'one\ntwo\n', END, 'after', START_OTHER, '')).toEqual([
      [undefined, 'early'],
      [ID, START.trimEnd()],
      [ID, 'one\ntwo'],
      [ID, END.trimEnd()],
      [ID, 'after'],
      [OTHER_ID, START_OTHER.trimEnd()],
      [OTHER_ID, ''],
    ]);
    expect(linesOf(`${TIME}\t${ID}\tINFO\tone`, 'two')[1]).toEqual([ID, 'two']);
  });

  test.each([
    [`${TIME}\t${OTHER_ID}\tINFO\thello`, OTHER_ID],
    [`[WARNING]\t${TIME}\t${OTHER_ID}\thello`, OTHER_ID],
    [`${TIME}\tundefined\tINFO\thello`, ID],
    [`[INFO]\t${TIME}\t\thello`, ID],
    [`${TIME}\tnot-an-id\tINFO\thello`, ID],
  ])('%j is of the run %s', (text, requestId) => {
    expect(linesOf(START, text)[1]).toEqual([requestId, text]);
  });
});

describe('the JSON log format', () => {
  const platform = (type: string, record: object) => JSON.stringify({ time: TIME, type, record });
  const started = platform('platform.start', { requestId: ID, version: '7' });

  test('has platform events as lines, with the same facts', () => {
    const report = platform('platform.report', {
      requestId: ID,
      status: 'timeout',
      metrics: { durationMs: 3000, billedDurationMs: 3000, memorySizeMB: 128, maxMemoryUsedMB: 64 },
    });
    expect(linesOf(started, report)).toEqual([
      [ID, started],
      [ID, report],
    ]);
    expect(factsOf(started, report)).toMatchObject({ durationUs: 3_000_000, statusCode: 433 });
  });

  test('names the run of each line', () => {
    const line = (given: object) =>
      JSON.stringify({ timestamp: TIME, level: 'INFO', message: 'hello', ...given });
    const named = [line({ requestId: OTHER_ID }), line({ AWSRequestId: OTHER_ID }), line({})];
    expect(linesOf(started, ...named).slice(1)).toEqual([
      [OTHER_ID, named[0]],
      [OTHER_ID, named[1]],
      [ID, named[2]],
    ]);
  });

  test('is not assumed where the lines of Lambda are text: the id in a line may be a caller’s', () => {
    const line = JSON.stringify({ timestamp: TIME, level: 'info', requestId: OTHER_ID });
    expect(linesOf(START, line)[1]).toEqual([ID, line]);
    expect(linesOf(START_OTHER, START, line)[2]).toEqual([OTHER_ID, line]);
  });

  test.each([
    '{"type":"platform.start","record":{}}',
    '{"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":-1}}}',
    '{"type":"platform.start"}',
    '{"type":7}',
    '{broken',
  ])('%s is a line like any other', (text) => {
    expect(linesOf(START, text)[1]).toEqual([ID, text]);
  });

  test('has no line where Lambda tells of loading', () => {
    const init = platform('platform.initStart', { functionName: 'resize', runtimeVersion: 'n.v1' });
    expect(decoded(payload([init]))).toEqual([]);
    expect(factsOf(init, started)?.extra).toMatchObject({ runtime: 'n.v1' });
  });
});

describe('what cannot be taken', () => {
  test.each(['', 'hello', '[]', '"text"'])('is the body %j as a whole', (body) => {
    expect(() => decoded(body)).toThrow(expect.objectContaining({ code: 'malformed_request' }));
  });

  test.each([
    [{ messageType: 'OTHER' }, 'messageType', 'DATA_MESSAGE or CONTROL_MESSAGE'],
    [{ messageType: undefined }, 'messageType', 'DATA_MESSAGE'],
    [{ logStream: 7 }, 'logStream', '1 to 256'],
    [{ logGroup: '' }, 'logGroup', '1 to 256'],
    [{ logEvents: {} }, 'logEvents', 'an array'],
  ])('is a payload with %j, by itself', (given, field, reason) => {
    const bad = JSON.stringify(payload([START], given));
    expect(decoded(`${bad}${JSON.stringify(payload([START]))}`)).toMatchObject([
      { line: 1, field, unreadable: expect.stringContaining(reason) },
      { line: 2, fragment: { requestId: ID } },
    ]);
  });

  test.each([
    [7, '', 'an object'],
    [{ id: '1', timestamp: TIME_MS }, 'message', 'text'],
    [{ id: '1', message: 'a' }, 'timestamp', 'milliseconds'],
    [{ id: '1', timestamp: -1, message: 'a' }, 'timestamp', 'milliseconds'],
    [{ id: '1', timestamp: 8e15, message: 'a' }, 'timestamp', 'before 2200'],
  ])('is the event %j, by itself', (event, field, reason) => {
    const [bad, good] = decoded(payload([event, START]));
    expect(bad).toEqual({ line: 1, field, unreadable: expect.stringContaining(reason) });
    expect(good).toMatchObject({ line: 2, fragment: { requestId: ID } });
  });

  test('is an event over the bound, by itself', () => {
    expect(decoded(payload(['x'.repeat(10_000), START]))).toMatchObject([
      { line: 1, unreadable: expect.stringContaining('may have 10000') },
      { line: 2, fragment: { requestId: ID } },
    ]);
  });

  test('is a part that could not be unzipped, by itself', () => {
    const good = Buffer.from(JSON.stringify(payload([START])));
    expect([...decodeCloudwatchParts([{ unreadable: 'is no gzip' }, good], options)]).toMatchObject(
      [
        { line: 1, unreadable: 'is no gzip' },
        { line: 2, fragment: { requestId: ID } },
      ],
    );
  });

  test('is what follows a payload and is none', () => {
    expect(decoded(`${JSON.stringify(payload([START]))}rest`)).toMatchObject([
      { line: 1, fragment: { requestId: ID } },
      { line: 2, unreadable: expect.stringContaining('is not the JSON object') },
    ]);
  });
});
