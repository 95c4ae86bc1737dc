import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { outcomesOf } from '../../test/support/held-writer.ts';
import { invocationsIn } from '../../test/support/read-block.ts';
import type { Candidate } from '../domain/candidate.ts';
import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { InvocationBlock } from '../domain/invocation-block.ts';
import { Batcher } from './batcher.ts';
import { IngestService } from './ingest-service.ts';
import { REJECTED_LISTED_MAX } from './rejections.ts';

const everywhere = { mayIngest: () => true };

function serviceOf(failure?: AppError) {
  const written: Invocation[] = [];
  const write = async (batch: readonly InvocationBlock[]) => {
    if (failure !== undefined) {
      throw failure;
    }
    written.push(...batch.flatMap(invocationsIn));
    return batch.map(outcomesOf);
  };
  const bounds = {
    batchRowsMax: 1_000_000,
    batchBytesMax: 2 ** 30,
    lingerMs: 0,
    waitingBytesMax: 2 ** 30,
  };
  const batcher = new Batcher({ writer: { write }, ...bounds });
  return { written, service: new IngestService({ batcher, parse: { logBytesMax: 1_000 } }) };
}

function good(line: number, given: Record<string, unknown> = {}): Candidate {
  const value = { functionName: 'f', requestId: `r${line}`, startTime: 1_000, ...given };
  return { line, value, bytes: 10 };
}

describe('a request', () => {
  test('keeps its good records and names the bad ones by line, field and reason', async () => {
    const { service, written } = serviceOf();
    const receipt = await service.ingest(
      [
        good(1),
        good(2, { retryNum: -1 }),
        { line: 4, unreadable: 'is not valid JSON' },
        { line: 5, value: 'text', bytes: 6 },
        good(6),
      ],
      everywhere,
    );
    expect(receipt).toEqual({
      accepted: 2,
      replaced: 0,
      duplicates: 0,
      rejectedCount: 3,
      rejected: [
        {
          line: 2,
          field: 'retryNum',
          reason: 'must be a whole number from 0 to 2147483647, not "-1"',
        },
        { line: 4, field: '', reason: 'is not valid JSON' },
        { line: 5, field: '', reason: 'a record must be a JSON object, not "text"' },
      ],
    });
    expect(written.map(({ requestId }) => requestId)).toEqual(['r1', 'r6']);
  });

  test('has what was new, newer and known counted apart', async () => {
    const { service } = serviceOf();
    const sources = ['', 'replaced', 'duplicate', 'duplicate', ''];
    const candidates = sources.map((source, index) => good(index + 1, { source }));
    expect(await service.ingest(candidates, everywhere)).toMatchObject({
      accepted: 2,
      replaced: 1,
      duplicates: 2,
      rejectedCount: 0,
    });
  });

  test('writes nothing into namespaces that its key may not write', async () => {
    const { service, written } = serviceOf();
    const receipt = await service.ingest(
      [good(1), good(2, { namespace: 'mine' }), good(3, { namespace: 'theirs' })],
      { mayIngest: (namespace) => namespace === 'mine' },
    );
    const reason = 'this key may not write to it';
    expect(receipt.rejected).toEqual([
      { line: 1, field: 'namespace', reason },
      { line: 3, field: 'namespace', reason },
    ]);
    expect(written.map(({ namespace }) => namespace)).toEqual(['mine']);
  });

  test('counts every rejection and lists the first thousand', async () => {
    const { service } = serviceOf();
    const bad = Array.from({ length: REJECTED_LISTED_MAX + 500 }, (_, index) => ({
      line: index + 2,
      unreadable: 'is not valid JSON',
    }));
    const receipt = await service.ingest([good(1), ...bad], everywhere);
    expect(receipt.rejectedCount).toBe(1_500);
    expect(receipt.rejected).toHaveLength(1_000);
    expect(receipt.rejected.at(-1)?.line).toBe(1_001);
  });

  test('of many records lets others have a turn in between', async () => {
    const { service } = serviceOf();
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 1);
    // Goes on until it was paused twice, however fast the machine is.
    function* candidates(): Generator<Candidate> {
      for (let line = 1; turns < 2; line += 1) {
        yield good(line);
      }
    }
    const receipt = await service.ingest(candidates(), everywhere).finally(() => {
      clearInterval(turn);
    });
    expect(receipt.accepted).toBeGreaterThan(0);
  });
});

describe('a request without one good record', () => {
  test('is refused with the first reason and the whole receipt', async () => {
    const { service, written } = serviceOf();
    const ingesting = service.ingest([good(3, { functionName: '' })], everywhere);
    await expect(ingesting).rejects.toMatchObject({
      code: 'all_rejected',
      message: 'no record was taken; line 3: functionName must have 1 to 256 characters, not 0',
      details: {
        accepted: 0,
        replaced: 0,
        duplicates: 0,
        rejectedCount: 1,
        rejected: [{ line: 3, field: 'functionName' }],
      },
    });
    expect(written).toEqual([]);
  });

  test('names a line that is no record at all', async () => {
    const { service } = serviceOf();
    const ingesting = service.ingest([{ line: 1, unreadable: 'is not valid JSON' }], everywhere);
    await expect(ingesting).rejects.toThrow('no record was taken; line 1: is not valid JSON');
  });

  test('is told so where it holds none', async () => {
    const { service } = serviceOf();
    await expect(service.ingest([], everywhere)).rejects.toMatchObject({
      code: 'all_rejected',
      message: 'the request holds no record',
    });
  });
});

describe('a write that fails', () => {
  test('reaches the caller, and nothing counts as accepted', async () => {
    const { service } = serviceOf(new AppError('storage_full', 'the disk is full'));
    await expect(service.ingest([good(1)], everywhere)).rejects.toMatchObject({
      code: 'storage_full',
    });
  });
});

describe('records that are whole already', () => {
  test('are written as they are', async () => {
    const { service, written } = serviceOf();
    const record = buildInvocation();
    expect(await service.write([record])).toEqual(['accepted']);
    expect(written).toEqual([record]);
  });
});
