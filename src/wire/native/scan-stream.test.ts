import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { invocationsIn } from '../../../test/support/read-block.ts';
import { InvocationBlock } from '../../domain/invocation-block.ts';
import { scanInvocations } from './decode-invocations.ts';
import { scanStream } from './scan-stream.ts';

const options = { logBytesMax: 1_000, recordBytesMax: 400 };

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) {
    yield bytes.subarray(from, from + size);
  }
}

type Seen = { readonly line: number; readonly what: unknown };

function seen(candidates: ReturnType<typeof scanInvocations>): Seen[] {
  return [...candidates].map((candidate) => {
    const { line } = candidate;
    if (!('scanInto' in candidate)) {
      return { line, what: 'unreadable' in candidate ? candidate.unreadable : candidate.value };
    }
    const block = new InvocationBlock();
    return { line, what: candidate.scanInto(block) ? invocationsIn(block)[0] : candidate.read() };
  });
}

async function streamed(body: Buffer, size: number): Promise<Seen[]> {
  const found: Seen[] = [];
  for await (const candidates of scanStream(inPieces(body, size), options)) {
    found.push(...seen(candidates as ReturnType<typeof scanInvocations>));
  }
  return found;
}

describe('a body that comes in pieces', () => {
  const good = { functionName: 'f', requestId: 'ü😀', startTime: 1_000, log: 'a\nb' };
  const line = fc.oneof(
    fc.constant(JSON.stringify(good)),
    fc.constant(JSON.stringify({ ...good, other: 1 })),
    fc.constant(''),
    fc.constant('  \r'),
    fc.constant('nonsense'),
    fc.constant('x'.repeat(500)),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\n', '')),
  );
  const body = fc.oneof(
    fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    fc.array(fc.constant(good), { maxLength: 5 }).map((records) => JSON.stringify(records)),
    fc.constant(`\ufeff${JSON.stringify(good)}\n`),
  );

  test('has the elements of the whole body, with their lines', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 1, max: 300 }), async (text, size) => {
        const bytes = Buffer.from(text);
        expect(await streamed(bytes, size)).toEqual(seen(scanInvocations(bytes, options)));
      }),
      { numRuns: 300 },
    );
  });

  test('may be broken UTF-8 in one line', async () => {
    const bytes = Buffer.from(`${JSON.stringify(good)}\n?\n${JSON.stringify(good)}`);
    bytes[bytes.indexOf('?')] = 0xff;
    const found = await streamed(bytes, 7);
    expect(found.map(({ what }) => what)).toContain('is not valid UTF-8');
    expect(found).toHaveLength(3);
  });
});
