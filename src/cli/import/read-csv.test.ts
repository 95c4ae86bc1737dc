import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drained, inPieces } from '../../../test/support/pieces.ts';
import { buildReadZonedTime } from '../../wire/time-from-zone.ts';
import { FILE_START } from './place.ts';
import { isCsvHeader, parseColumnMap, readCsv } from './read-csv.ts';

const options = {
  name: 'a file',
  bytesMax: 4_096,
  columns: parseColumnMap(undefined),
  readTime: buildReadZonedTime('Asia/Shanghai'),
};

async function read(text: string, given: Partial<typeof options> & { size?: number } = {}) {
  const { size = 7, ...rest } = given;
  const { items, failure } = await drained(readCsv(inPieces(text, size), { ...options, ...rest }));
  return {
    items,
    failure,
    values: items.map((one) => ('value' in one ? one.value : one.unreadable)),
  };
}

describe('a CSV file', () => {
  const cell = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('a\nb', 'a\r\nb', 'say "x"', 'a,b', ' spaced ', '中文'),
  );
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 });

  test('gives its rows as they were written, in pieces of any size', async () => {
    const shapes = fc.record({
      bom: fc.boolean(),
      record_delimiter: fc.constantFrom('\n', '\r\n'),
      quoted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        shapes,
        fc.integer({ min: 1, max: 64 }),
        async (given, shape, size) => {
          const text = stringify([['log', 'note'], ...given], shape);
          const { values } = await read(text, { size });
          expect(values).toEqual(given.map(([log, note]) => ({ log, note })));
        },
      ),
    );
  });

  test('goes on after each of its rows with the next', async () => {
    const text = 'log,note\n"a\nb",1\n\n"c",2\nd\ne,3\n';
    const { items } = await read(text);
    expect(items.map(({ line }) => line)).toEqual([3, 5, 6, 7]);
    for (const [index, { after }] of items.entries()) {
      const rest = await drained(readCsv(inPieces(text, 5), { ...options, from: after }));
      expect(rest.items).toEqual(items.slice(index + 1));
      expect(after).toMatchObject({ bytes: 0, records: 0 });
    }
  });

  test('has numbers, times and flags as the native shape has them, and no empty cells', async () => {
    const header =
      'startTime,duration,retCode,invokeFinished,requestId,log,region,memUsage,initDuration';
    const { values } = await read(
      [
        header,
        '2026-01-31 20:00:00,4.5,0,true,007,1.50,gz,1e3,',
        '2026-01-31 20:00:00.120310,.5,+1,0,8,,,,-',
        '1769860800000,,,,,,,,',
        '2026-01-31T12:00:00Z,x,,perhaps,,,,,',
        'yesterday,,,,,,,,',
      ].join('\n'),
    );
    expect(values).toEqual([
      {
        startTime: '2026-01-31T12:00:00.000000Z',
        ...{ duration: 4.5, retCode: 0, invokeFinished: true, memUsage: 1000 },
        ...{ requestId: '007', log: '1.50', region: 'gz' },
      },
      {
        startTime: '2026-01-31T12:00:00.120310Z',
        ...{ duration: 0.5, retCode: 1, invokeFinished: false, requestId: '8', initDuration: '-' },
      },
      { startTime: 1769860800000 },
      { startTime: '2026-01-31T12:00:00Z', duration: 'x', invokeFinished: 'perhaps' },
      { startTime: 'yesterday' },
    ]);
  });

  test('has its columns under the names of the fields, and others as they are', async () => {
    const columns = parseColumnMap('functionName=fn, requestId=call id');
    const text = 'fn,call id,__proto__,requestId2\nf,1,p,x\n';
    const { values } = await read(text, { columns });
    expect(JSON.stringify(values)).toBe(
      '[{"functionName":"f","requestId":"1","__proto__":"p","requestId2":"x"}]',
    );
    const missing = await read('fn\nf\n', { columns });
    expect(missing.failure).toMatchObject({
      code: 'invalid_parameter',
      message: '--columns names the column "call id", which a file does not have; it has fn',
    });
    for (const text of ['', 'fn', 'functionName=', '=fn', 'a=b,,c=d']) {
      expect(() => parseColumnMap(text)).toThrow(/--columns has/);
    }
  });

  test('names rows that are none, and spoils no other', async () => {
    const { values } = await read('a,b\n1,2,3\n4\n"x"y,5\n6,7"\n8,"9\n10,11\n');
    expect(values).toEqual([
      'has 3 cells, and the header has 2',
      'has 1 cells, and the header has 2',
      { a: '"x"y', b: '5' },
      { a: '6', b: '7"' },
      'ends within a quote that is not closed',
    ]);
  });

  test('is refused at a row that is too long, after the rows before it', async () => {
    const { values, failure } = await read(`a,b\n1,2\n"${'x\n'.repeat(5_000)}",3\n4,5\n`);
    expect(values).toEqual([{ a: '1', b: '2' }]);
    expect(failure).toMatchObject({ code: 'body_too_large' });
  });

  test('that breaks off gives the rows before the fault, and no cut cell', async () => {
    const source = (async function* () {
      yield Buffer.from('a,b\n1,2\n3,4');
      throw new Error('broken');
    })();
    const { items, failure } = await drained(readCsv(source, { ...options, from: FILE_START }));
    expect(items).toMatchObject([{ value: { a: '1', b: '2' } }]);
    expect(failure).toMatchObject({ message: 'broken' });
  });
});

test('a header is one that names what a record cannot do without', () => {
  const columns = parseColumnMap('functionName=fn,requestId=id');
  expect(isCsvHeader('\ufefffn,"id", startTime ,x\r', columns)).toBe(true);
  expect(isCsvHeader('functionName,requestId,startTime', new Map())).toBe(true);
  expect(isCsvHeader('functionName,requestId', new Map())).toBe(false);
  expect(isCsvHeader('{"functionName":"f","requestId":"1","startTime":0}', new Map())).toBe(false);
});
