import { describe, expect, test } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import type { Backend } from '../open-backend.ts';
import type { EventFormat } from './formats.ts';
import { isPackedEvent, sendEvents } from './send-events.ts';

/** A source that refuses the events that it is told to, and takes the others. */
function source(badEvents: readonly number[] = []) {
  const asked: { name: string; body: string; query: object }[] = [];
  const ingestSource: Backend['ingestSource'] = async (name, body, query) => {
    asked.push({ name, body, query });
    const rejected = badEvents.map((line) => ({ line, field: 'f', reason: `no ${line}` }));
    const receipt = { accepted: query.eventCount - rejected.length, replaced: 0, duplicates: 0 };
    if (receipt.accepted === 0) {
      throw new AppError('all_rejected', 'none', { details: { ...receipt, rejected } });
    }
    return { ...receipt, rejected };
  };
  return { asked, ingestSource };
}

const send = (
  values: readonly unknown[],
  format: EventFormat,
  { ingestSource }: Pick<Backend, 'ingestSource'>,
) => sendEvents(values, format, { ingestSource, query: { namespace: 'prod' } });

describe('events of a source', () => {
  test('go out one a line, with what the command says of them', async () => {
    const { asked, ...backend } = source();
    expect(await send([{ a: '\n' }, 'text'], 'cls', backend)).toEqual({
      ...{ accepted: 2, replaced: 0, duplicates: 0, rejectedCount: 0, rejected: [] },
    });
    expect(asked).toEqual([
      { name: 'cls', body: '{"a":"\\n"}\n"text"', query: { namespace: 'prod', eventCount: 2 } },
    ]);
  });

  test('of OTLP go out as one document', async () => {
    const { asked, ...backend } = source([3]);
    const document = (...counts: number[]) => ({
      resourceLogs: counts.map((count) => ({
        scopeLogs: [{ logRecords: Array.from({ length: count }, () => ({})) }],
      })),
    });
    const values = [document(1), document(1, 2)];
    expect(await send(values, 'otlp-logs', backend)).toMatchObject({
      accepted: 3,
      rejectedCount: 1,
      rejected: [{ index: 1, field: 'f', reason: 'event 2 of it: no 3' }],
    });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      resourceLogs: values.flatMap(({ resourceLogs }) => resourceLogs),
    });
  });

  test('that are refused are told by the value that holds them', async () => {
    const payload = (count: number) => ({ logEvents: Array.from({ length: count }, () => ({})) });
    const { rejected, rejectedCount } = await send(
      [payload(2), 7, payload(1), payload(3)],
      'cloudwatch',
      source([2, 3, 6]),
    );
    expect(rejectedCount).toBe(4);
    expect(rejected).toEqual([
      { index: 0, field: 'f', reason: 'event 2 of it: no 2' },
      { index: 1, field: '', reason: 'must be a JSON object of cloudwatch, not "7"' },
      { index: 2, field: 'f', reason: 'no 3' },
      { index: 3, field: 'f', reason: 'event 3 of it: no 6' },
    ]);
  });

  test('may be none at all', async () => {
    const { asked, ...backend } = source([1]);
    expect(await send([7, { other: 1 }], 'otlp-traces', backend)).toMatchObject({
      accepted: 0,
      rejectedCount: 2,
      rejected: [{ index: 0 }, { index: 1, reason: 'has no resourceSpans, as OTLP in JSON has' }],
    });
    expect(asked).toEqual([]);
    expect(await send([{}], 'cls', backend)).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, reason: 'no 1' }],
    });
  });

  test('that are packed once more need a request of their own', () => {
    expect(isPackedEvent({ awslogs: {} })).toBe(true);
    expect(isPackedEvent({ clslogs: {} })).toBe(true);
    expect(isPackedEvent({ logEvents: [] })).toBe(false);
    expect(isPackedEvent('awslogs')).toBe(false);
  });
});
