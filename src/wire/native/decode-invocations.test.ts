import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../domain/candidate.ts';
import { decodeInvocations } from './decode-invocations.ts';

const options = { recordBytesMax: 1_000 };

function decoded(body: string | Uint8Array, given = options): Candidate[] {
  return [...decodeInvocations(Buffer.from(body), given)];
}

/** Line and value, or line and why it is none. */
function shortOf(body: string | Uint8Array, given = options): [number, unknown][] {
  return decoded(body, given).map((candidate) => [
    candidate.line,
    'value' in candidate ? candidate.value : candidate.unreadable,
  ]);
}

const BAD = 'is not valid JSON';

describe('NDJSON', () => {
  test('is one candidate a line, with its line and size', () => {
    expect(decoded('{"a":1}\n{"b":22}\n')).toEqual([
      { line: 1, value: { a: 1 }, bytes: 7 },
      { line: 2, value: { b: 22 }, bytes: 8 },
    ]);
  });

  test.each([
    ['without a newline at its end', '{"a":1}\n{"b":2}'],
    ['with CRLF', '{"a":1}\r\n{"b":2}\r\n'],
    ['with space around its lines', '  {"a":1}\t\n \t{"b":2}  \n'],
    ['with a byte order mark', '\ufeff{"a":1}\n{"b":2}'],
  ])('%s is the same', (_what, body) => {
    expect(shortOf(body)).toEqual([
      [1, { a: 1 }],
      [2, { b: 2 }],
    ]);
  });

  test('counts blank lines and gives no candidate for them', () => {
    expect(shortOf('\n{"a":1}\n\r\n  \n{"b":2}\n\n')).toEqual([
      [2, { a: 1 }],
      [5, { b: 2 }],
    ]);
  });

  test('is rejected line by line', () => {
    expect(shortOf('{"a":1}\n{"b":\nnothing\n{"c":3}')).toEqual([
      [1, { a: 1 }],
      [2, BAD],
      [3, BAD],
      [4, { c: 3 }],
    ]);
  });

  test('may hold values that are no objects', () => {
    expect(shortOf('1\n"x"\nnull')).toEqual([
      [1, 1],
      [2, 'x'],
      [3, null],
    ]);
  });
});

describe('an array', () => {
  test('is one candidate an element', () => {
    expect(decoded('[{"a":1},{"b":2}]')).toEqual([
      { line: 1, value: { a: 1 }, bytes: 7 },
      { line: 2, value: { b: 2 }, bytes: 7 },
    ]);
  });

  test('may be spread over lines', () => {
    expect(shortOf('\r\n [\n {"a":1} ,\n\n {"b":\n2}\n]\n')).toEqual([
      [1, { a: 1 }],
      [2, { b: 2 }],
    ]);
  });

  test('of a file with a byte order mark is an array', () => {
    expect(shortOf('\ufeff[{"a":1}]')).toEqual([[1, { a: 1 }]]);
  });

  test('may hold brackets, commas and quotes inside its elements', () => {
    const elements = [
      { text: '],[}{,"\\', deep: [[1, [2]], { a: [{}] }] },
      { 'key"]': '\\"' },
      ['an array', [']']],
    ];
    expect(shortOf(JSON.stringify(elements)).map(([, value]) => value)).toEqual(elements);
  });

  test.each(['[]', ' [ ] ', '[\n]\n', '', ' \r\n\t'])('%j holds nothing', (body) => {
    expect(decoded(body)).toEqual([]);
  });

  test('is rejected element by element', () => {
    expect(shortOf('[{"a":1},{"b":},nothing,{"c":3}]')).toEqual([
      [1, { a: 1 }],
      [2, BAD],
      [3, BAD],
      [4, { c: 3 }],
    ]);
  });

  test.each([
    ['[{"a":1},,{"b":2}]', [1, 3]],
    ['[,{"b":2}]', [2]],
    ['[{"a":1},]', [1]],
    ['[{"a":1}},{"b":2}]', [2]],
  ])('%s loses only what is broken', (body, lines) => {
    const good = decoded(body).filter((candidate) => 'value' in candidate);
    expect(good.map(({ line }) => line)).toEqual(lines);
    expect(decoded(body).length).toBe(lines.length + 1);
  });

  test.each([
    ['in an element', '[{"a":1},{"b":', BAD],
    ['in a text', '[{"a":1},{"b":"]}', BAD],
    ['after a comma', '[{"a":1},', BAD],
    ['after an element', '[{"a":1}', 'is missing: the array has no end'],
    ['after an element and a space', '[{"a":1} \n', 'is missing: the array has no end'],
  ])('that is cut %s keeps its whole elements and says that it is cut', (_where, body, why) => {
    expect(shortOf(body)).toEqual([
      [1, { a: 1 }],
      [2, why],
    ]);
  });

  test('that was only begun is no empty array', () => {
    expect(shortOf('[')).toEqual([[1, BAD]]);
  });

  test('is followed by nothing that is passed over in silence', () => {
    expect(shortOf('[{"a":1}] trailing')).toEqual([
      [1, { a: 1 }],
      [2, BAD],
    ]);
    expect(shortOf('[]]')).toEqual([[2, BAD]]);
  });
});

describe('bytes that are not UTF-8', () => {
  const half = Buffer.from([0xff]);

  test('spoil their own line only', () => {
    const body = Buffer.concat([
      Buffer.from('{"a":"é"}\n{"b":"'),
      half,
      Buffer.from('"}\n{"c":"文"}'),
    ]);
    expect(shortOf(body)).toEqual([
      [1, { a: 'é' }],
      [2, 'is not valid UTF-8'],
      [3, { c: '文' }],
    ]);
  });

  test('spoil their own element only', () => {
    const body = Buffer.concat([Buffer.from('[{"b":"'), half, Buffer.from('"},{"c":"文"}]')]);
    expect(shortOf(body)).toEqual([
      [1, 'is not valid UTF-8'],
      [2, { c: '文' }],
    ]);
  });
});

describe('a record over the bound', () => {
  test('is not read, and the others are', () => {
    const long = `{"a":"${'x'.repeat(50)}"}`;
    const why = 'is 58 bytes long; a record may have 20';
    for (const body of [`{"b":1}\n${long}\n{"c":2}`, `[{"b":1},${long},{"c":2}]`]) {
      expect(shortOf(body, { recordBytesMax: 20 })).toEqual([
        [1, { b: 1 }],
        [2, why],
        [3, { c: 2 }],
      ]);
    }
  });
});

describe('whatever is sent', () => {
  const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r'), maxLength: 3 });
  const anySpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 });
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(...'[]{},:"\\'), fc.string({ unit: 'binary', maxLength: 1 })),
  });
  const object = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
  const { recordBytesMax } = { recordBytesMax: 1_000_000 };

  test('objects in an array come back, whatever the white space', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anySpace, object, anySpace)), anySpace, (elements, end) => {
        const parts = elements.map(([before, value, after]) => {
          return `${before}${JSON.stringify(value, null, after)}${after}`;
        });
        const found = decoded(`${end}[${parts.join(',')}${end}]${end}`, { recordBytesMax });
        expect(found.map((one) => 'value' in one && JSON.stringify(one.value))).toEqual(
          elements.map(([, value]) => JSON.stringify(value)),
        );
        expect(found.map(({ line }) => line)).toEqual(elements.map((_, index) => index + 1));
      }),
    );
  });

  test('objects on lines come back, whatever the white space', () => {
    const line = fc.tuple(space, object, space, fc.nat(2));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const body = lines
          .map(([before, value, after, blanks]) => {
            return `${before}${JSON.stringify(value)}${after}\n${'\r\n'.repeat(blanks)}`;
          })
          .join('');
        const found = decoded(body, { recordBytesMax });
        expect(found.map((one) => 'value' in one && JSON.stringify(one.value))).toEqual(
          lines.map(([, value]) => JSON.stringify(value)),
        );
      }),
    );
  });

  test('an array that is cut keeps every whole element and is never taken for whole', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 5 }), fc.nat(), (objects, at) => {
        const body = JSON.stringify(objects);
        const cut = body.slice(0, 1 + (at % (body.length - 1)));
        const found = decoded(cut, { recordBytesMax });
        const good = found.flatMap((one) => ('value' in one ? [JSON.stringify(one.value)] : []));
        expect(objects.map((one) => JSON.stringify(one)).slice(0, good.length)).toEqual(good);
        expect(found.filter((one) => 'unreadable' in one)).toHaveLength(1);
      }),
    );
  });

  test('nothing throws, and lines rise', () => {
    const jsonLike = fc.string({ unit: fc.constantFrom(...'[]{},:"\\ \n1ae\ufeff') });
    const body = fc.oneof(
      fc.uint8Array(),
      jsonLike.map((one) => Buffer.from(one)),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        const lines = decoded(bytes).map(({ line }) => line);
        expect([...new Set(lines)].sort((a, b) => a - b)).toEqual(lines);
      }),
      { numRuns: 2_000 },
    );
  });
});
