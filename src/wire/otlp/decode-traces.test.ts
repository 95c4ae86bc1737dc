import { describe, expect, test } from 'vitest';
import { statusCodes } from '../../domain/status-code.ts';
import { decodeOtlpSpans } from './decode-otlp-request.ts';
import { decodeTraces } from './decode-traces.ts';

type Json = Readonly<Record<string, unknown>>;

interface Given {
  readonly span?: Json;
  readonly own?: Json;
  readonly scope?: Json;
  readonly resource?: Json;
}

function attributesOf(values: Json = {}): { attributes: unknown[] } {
  return {
    attributes: Object.entries(values).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : value,
    })),
  };
}

function decoded({ span = {}, own, scope, resource }: Given) {
  const times = { startTimeUnixNano: '2000000', endTimeUnixNano: '5000000' };
  const body = {
    resourceSpans: [
      {
        resource: attributesOf({ 'faas.name': 'f', ...resource }),
        scopeSpans: [
          {
            scope: attributesOf(scope),
            spans: [{ name: 's', kind: 2, ...times, ...attributesOf(own), ...span }],
          },
        ],
      },
    ],
  };
  const entries = decodeOtlpSpans(Buffer.from(JSON.stringify(body)), {
    encoding: 'json',
    recordBytesMax: 1_000_000,
  });
  const others: string[] = [];
  const candidates = [
    ...decodeTraces(entries, { namespace: 'n', onOtherSpan: () => others.push('other') }),
  ];
  return { candidates, others };
}

function outcomeOf(given: Given): string {
  const { candidates, others } = decoded(given);
  const shown = candidates.map((candidate) =>
    'fragment' in candidate ? `run ${candidate.fragment.requestId}` : `no ${candidate.field}`,
  );
  return [...shown, ...others].join(', ');
}

const kinds = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const id = { 'faas.invocation_id': 'r' };
const child = { parentSpanId: 'eee19b7ec3c1b174' };
const remoteChild = { ...child, flags: 0x300 };
const localChild = { ...child, flags: 0x100 };

describe('a span', () => {
  test.each([
    ['server', id, {}, 'run r'],
    ['server', id, child, 'run r'],
    ['consumer', id, localChild, 'run r'],
    ['internal', id, {}, 'run r'],
    ['unspecified', id, { parentSpanId: '0000000000000000' }, 'run r'],
    ['internal', id, remoteChild, 'run r'],
    ['internal', id, child, 'other'],
    ['internal', id, localChild, 'other'],
    ['client', id, {}, 'other'],
    ['producer', id, remoteChild, 'other'],
    ['server', {}, {}, 'no faas.invocation_id'],
    ['consumer', {}, remoteChild, 'no faas.invocation_id'],
    ['server', {}, child, 'other'],
    ['internal', {}, {}, 'other'],
    ['server', { 'aws.request_id': 'r' }, child, 'other'],
    ['server', { ...id, 'faas.invoked_name': 'f' }, {}, 'run r'],
    ['server', { 'faas.execution': 'old', 'faas.invocation_id': 'new' }, {}, 'run new'],
    ['server', { 'faas.invocation_id': { intValue: '5' } }, {}, 'no faas.invocation_id'],
  ] as const)('of kind %s with %j and %j is: %s', (kind, own, span, outcome) => {
    expect(outcomeOf({ own, span: { ...span, kind: kinds[kind] } })).toBe(outcome);
  });

  test.each([
    ['server', {}, 'run r'],
    ['server', localChild, 'other'],
    ['internal', {}, 'run r'],
    ['client', {}, 'other'],
  ] as const)('of kind %s and %j whose process has an id is: %s', (kind, span, outcome) => {
    for (const owner of ['scope', 'resource']) {
      expect(outcomeOf({ [owner]: id, span: { ...span, kind: kinds[kind] } })).toBe(outcome);
    }
  });

  test('of a service that is no function is no run, and says nothing', () => {
    const service = { 'faas.name': '', 'service.name': 'shop' };
    expect(outcomeOf({ resource: service })).toBe('other');
    expect(outcomeOf({ resource: service, own: { 'faas.trigger': 'http' } })).toBe(
      'no faas.invocation_id',
    );
  });
});

function runOf(given: Given) {
  const [candidate] = decoded({ ...given, own: { ...id, ...given.own } }).candidates;
  if (candidate === undefined || !('fragment' in candidate)) {
    throw new Error('is no run');
  }
  return candidate.fragment;
}

describe('a run', () => {
  test.each([
    [{ 'faas.name': 'f', 'service.name': 's' }, { 'faas.name': 'own' }, 'f'],
    [{ 'faas.name': '', 'service.name': 's' }, { 'faas.name': 'own' }, 'own'],
    [{ 'faas.name': '', 'service.name': 's' }, {}, 's'],
  ])('of resource %j and attributes %j is of function %s', (resource, own, functionName) => {
    expect(runOf({ resource, own }).functionName).toBe(functionName);
  });

  test.each([
    [{ intValue: '134217728' }, 128 * 2 ** 20],
    ['134217728', 128 * 2 ** 20],
    [{ intValue: '128' }, 128 * 2 ** 20],
    [{ doubleValue: 128.5 }, undefined],
    [{ intValue: '-1' }, undefined],
    [{ intValue: '0' }, undefined],
    ['128 MB', undefined],
    [{ intValue: '9223372036854775807' }, undefined],
    [{ boolValue: true }, undefined],
  ])('with faas.max_memory %j has %s bytes', (value, bytes) => {
    expect(runOf({ resource: { 'faas.max_memory': value } }).facts.memoryLimitBytes).toBe(bytes);
    expect(runOf({ own: { 'faas.max_memory': value } }).facts.memoryLimitBytes).toBe(bytes);
  });

  test('that ends before it starts took no time', () => {
    const { facts } = runOf({ span: { endTimeUnixNano: '1999999' } });
    expect(facts).toMatchObject({ startTimeUs: 2_000, durationUs: 0, invokeFinished: true });
  });

  test.each(['5b8efff798038103d269b633813fc60', '0'.repeat(32), 'z'.repeat(32), ''])(
    'has no trace id where it is %j',
    (traceId) => {
      expect(runOf({ span: { traceId } }).facts).not.toHaveProperty('traceId');
    },
  );

  const { timeLimitExceeded, memoryLimitExceeded, userCodeException } = statusCodes;
  test.each([
    ['timeout', timeLimitExceeded],
    ['Sandbox.Timedout', timeLimitExceeded],
    ['TimeoutError', timeLimitExceeded],
    ['java.util.concurrent.TimeoutException', timeLimitExceeded],
    ['deadline_exceeded', timeLimitExceeded],
    ['Function.TimedOut', timeLimitExceeded],
    ['requests.exceptions.ReadTimeout', userCodeException],
    ['ETIMEDOUT', userCodeException],
    ['MemoryError', memoryLimitExceeded],
    ['Runtime.OutOfMemory', memoryLimitExceeded],
    ['OOMKilled', memoryLimitExceeded],
    ['out_of_memory', memoryLimitExceeded],
    ['TypeError', userCodeException],
    ['500', userCodeException],
    ['', userCodeException],
  ])('that failed with %j has status code %i', (type, statusCode) => {
    const failed = { status: { code: 2 } };
    const attributes = attributesOf({ 'exception.type': type });
    const facts = { retCode: 1, statusCode };
    expect(runOf({ span: failed, own: { 'error.type': type } }).facts).toMatchObject(facts);
    const events = [{ name: 'exception', ...attributes }];
    expect(runOf({ span: { ...failed, events } }).facts).toMatchObject(facts);
  });

  test('has texts of bounded length in what fnlog has no field for', () => {
    const { facts } = runOf({
      own: { 'faas.trigger': 'x'.repeat(5_000) },
      span: { name: `${'y'.repeat(1_023)}😀` },
    });
    expect(facts.extra).toEqual({
      otel: { spanName: `${'y'.repeat(1_023)}\ufffd`, trigger: 'x'.repeat(1_024) },
    });
  });
});
