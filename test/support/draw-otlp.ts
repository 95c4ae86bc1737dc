// OTLP export requests for property tests: every field that is read, and values that are like none.

import fc from 'fast-check';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', 'timeout', '\ud800', '5', 'f', '__proto__', 'exception'),
);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('faas.invocation_id', 'faas.name', 'faas.execution') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'faas.max_memory',
      'faas.version',
      'faas.coldstart',
      'faas.trigger',
      'error.type',
      'exception.type',
      'exception.message',
      'exception.stacktrace',
      'log.record.uid',
      'service.name',
    ),
  },
  text,
);
const whole64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const nano = fc.oneof(
  fc.constantFrom('0', '1767225600000000000', '1767225600123456789', '7258118400000000000'),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
);
const { value, attributes } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: whole64 }),
    fc.record({
      doubleValue: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constant('NaN'),
      ),
    }),
    fc.record({ bytesValue: fc.base64String() }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: tie('attributes') }) }),
    fc.constant({}),
  ),
  attributes: fc.array(fc.record({ key, value: tie('value') }, { requiredKeys: ['key'] }), {
    maxLength: 5,
  }),
}));
const named = (name: string) =>
  fc.record({ key: fc.constant(name), value: fc.record({ stringValue: text }) });
/** Mostly those of a run. */
const runAttributes = fc.oneof(
  attributes,
  fc.tuple(named('faas.invocation_id'), named('faas.name'), fc.record({ key, value })),
);
const hex = (length: number) =>
  fc.oneof(
    fc.constantFrom('', '0'.repeat(length)),
    fc.string({
      unit: fc.constantFrom(...'0123456789abcdefABCDEF'),
      minLength: length,
      maxLength: length,
    }),
  );
const partly = { requiredKeys: [] };
const owner = fc.record({ attributes: runAttributes }, partly);
const logRecord = fc.record(
  {
    timeUnixNano: nano,
    observedTimeUnixNano: nano,
    severityNumber: fc.integer({ min: -1, max: 30 }),
    severityText: text,
    body: value,
    attributes: runAttributes,
    eventName: text,
    traceId: hex(32),
    spanId: hex(16),
  },
  partly,
);
const span = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16),
    flags: fc.constantFrom(0, 1, 0x100, 0x301),
    name: text,
    kind: fc.integer({ min: 0, max: 6 }),
    startTimeUnixNano: nano,
    endTimeUnixNano: nano,
    attributes: runAttributes,
    events: fc.array(fc.record({ name: text, attributes, timeUnixNano: nano }, partly), {
      maxLength: 2,
    }),
    status: fc.record({ code: fc.integer({ min: 0, max: 3 }), message: text }, partly),
  },
  partly,
);
const few = { maxLength: 3 };
/** Export requests in OTLP's JSON form; most of their records are of a run. */
export const otlpRequests = {
  logs: fc.record({
    resourceLogs: fc.array(
      fc.record({
        resource: owner,
        scopeLogs: fc.array(fc.record({ scope: owner, logRecords: fc.array(logRecord, few) }), few),
      }),
      few,
    ),
  }),
  traces: fc.record({
    resourceSpans: fc.array(
      fc.record({
        resource: owner,
        scopeSpans: fc.array(fc.record({ scope: owner, spans: fc.array(span, few) }), few),
      }),
      few,
    ),
  }),
};
