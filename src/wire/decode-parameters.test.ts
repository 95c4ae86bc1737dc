// Query strings and form bodies, well formed and not.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeParameters, PARAMETERS_MAX } from './decode-parameters.ts';

function decode(text: string) {
  return decodeParameters(Buffer.from(text, 'latin1'));
}

describe('parameters', () => {
  test('come in the order given, with + and %20 as spaces', () => {
    expect(decode('b=1+2%203&a=%2B%26%3D=&_lead=%e4%b8%ad%E6%96%87')).toEqual([
      ['b', '1 2 3'],
      ['a', '+&=='],
      ['_lead', '中文'],
    ]);
  });

  test('may have no value, no equals sign and no name', () => {
    expect(decode('a=&b&=c')).toEqual([
      ['a', ''],
      ['b', ''],
      ['', 'c'],
    ]);
  });

  test('are none where nothing stands between ampersands', () => {
    expect(decode('')).toEqual([]);
    expect(decode('&&a=1&')).toEqual([['a', '1']]);
  });

  test('keep names that objects of JavaScript treat in their own way', () => {
    expect(decode('__proto__=1&constructor=2')).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  test('keep a byte order mark, which is part of what was signed', () => {
    expect(decode('a=%EF%BB%BFx')).toEqual([['a', '\uFEFFx']]);
  });

  test('are what was encoded, for any text', () => {
    const names = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(names, fc.string({ unit: 'binary' })), {
          selector: ([name]) => name,
        }),
        (pairs) => {
          const text = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
          expect(decode(text)).toEqual(pairs);
          expect(decode(text.replaceAll('%20', '+'))).toEqual(pairs);
        },
      ),
    );
  });

  test('number a thousand at most', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `p${at}=x`).join('&');
    expect(decode(many(PARAMETERS_MAX))).toHaveLength(1000);
    expect(() => decode(many(PARAMETERS_MAX + 1))).toThrow(/"p1000" is one too many: at most 1000/);
  });
});

describe('parameters that cannot be read', () => {
  test.each([
    ['a=1&limit=%zz', 'malformed_request', 'the value of parameter "limit" has broken percent'],
    ['a=%', 'malformed_request', '"%" is not "%" and two hexadecimal digits'],
    ['a=%4', 'malformed_request', '"%4" is not'],
    ['a=1&%g0=2', 'malformed_request', 'the name of parameter 2 has broken percent-encoding'],
    ['a=%ff', 'malformed_request', 'the value of parameter "a" is not UTF-8'],
    ['a=%ed%a0%80', 'malformed_request', 'the value of parameter "a" is not UTF-8'],
    ['a=\xff', 'malformed_request', 'the value of parameter "a" is not UTF-8'],
    ['%c0%80=1', 'malformed_request', 'the name of parameter 1 is not UTF-8'],
    ['limit=1&%6cimit=1', 'invalid_parameter', 'parameter "limit" is given more than once'],
  ])('%s', (text, code, said) => {
    expect(() => decode(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(said) }),
    );
  });
});
