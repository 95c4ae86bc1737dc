import { expect, test } from 'vitest';
import { beginsLikeCloudwatch, formatOfValue } from './formats.ts';

const scf = { SCF_RequestId: 'r' };

test.each([
  ['records', { functionName: 'f', requestId: '1', startTime: 0 }],
  ['records', { Response: { TotalCount: 0, Data: [] } }],
  ['records', { type: 'platform.start', time: 'then' }],
  ['records', { content: 'SCF_RequestId' }],
  ['records', undefined],
  ['records', 'text'],
  ['records', []],
  ['cls', scf],
  ['cls', [scf]],
  ['cls', JSON.stringify(scf)],
  ['cls', { __CONTENT__: JSON.stringify(scf), __TIMESTAMP__: '1' }],
  ['cls', { Response: { Results: [{ LogJson: JSON.stringify(scf) }] } }],
  ['cls', { topic_id: 't', records: [{ content: JSON.stringify(scf) }] }],
  ['cls', { clslogs: { data: '' } }],
  ['cloudwatch', { messageType: 'DATA_MESSAGE', logEvents: [] }],
  ['cloudwatch', { awslogs: { data: '' } }],
  ['lambda-telemetry', { time: '', type: 'platform.initStart', record: {} }],
  ['lambda-telemetry', [{ time: '', type: 'function', record: 'text' }]],
  ['otlp-logs', { resourceLogs: [] }],
  ['otlp-traces', { resourceSpans: [] }],
])('a file is taken for %s by its first value', (format, value) => {
  expect(formatOfValue(value)).toBe(format);
});

test('CloudWatch payloads are told by their first member', () => {
  expect(beginsLikeCloudwatch('\ufeff { "messageType":"DATA_MESSAGE"')).toBe(true);
  expect(beginsLikeCloudwatch('{"logEvents":[')).toBe(true);
  expect(beginsLikeCloudwatch('{"message":"messageType"')).toBe(false);
  expect(beginsLikeCloudwatch('[{"messageType":')).toBe(false);
});
