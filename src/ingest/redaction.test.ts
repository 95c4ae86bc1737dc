import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { parseRedactionRules } from '../config/redaction-rules.ts';
import type { Fragment } from '../domain/fragment.ts';
import { buildRedactor, type Redactor } from './redaction.ts';

function redactorOf(given: object, logBytesMax = 1_000_000) {
  const parsed = parseRedactionRules(given);
  if (!parsed.ok) {
    throw new Error(parsed.reason);
  }
  const counts = new Map<string, number>();
  const onRedacted = (rule: string, count: number) => {
    counts.set(rule, (counts.get(rule) ?? 0) + count);
  };
  const redactor = buildRedactor({ rules: parsed.rules, logBytesMax, onRedacted });
  return { redactor: redactor as Redactor, counts: () => Object.fromEntries(counts) };
}

const RULES = {
  '*': ['email', { name: 'auth', path: '$.headers.authorization' }],
  prod: [{ name: 'pin', pattern: 'pin=(\\d+)' }],
};

describe('a record', () => {
  test('is redacted in its log, its message and its unknown fields, and counted', () => {
    const { redactor, counts } = redactorOf(RULES);
    const record = buildInvocation({
      namespace: 'prod',
      log: 'from a@b.co pin=1234\n{"headers":{"authorization":["x"],"n":1.0}}\nfrom c@d.co',
      retMsg: '{"headers":{"authorization":"x"},"to":"a@b.co"}',
      extra: {
        headers: { authorization: 7, accept: 'a@b.co' },
        list: [{ deep: 'pin=1 a@b.co' }, 5, null, 'kept'],
        __proto__x: 'pin=22',
      },
    });
    expect(redactor.invocation(record)).toEqual({
      ...record,
      log: 'from [redacted:email] pin=[redacted:pin]\n{"headers":{"authorization":"[redacted:auth]","n":1.0}}\nfrom [redacted:email]',
      retMsg: '{"headers":{"authorization":"[redacted:auth]"},"to":"[redacted:email]"}',
      extra: {
        headers: { authorization: '[redacted:auth]', accept: '[redacted:email]' },
        list: [{ deep: 'pin=[redacted:pin] [redacted:email]' }, 5, null, 'kept'],
        __proto__x: 'pin=[redacted:pin]',
      },
    });
    expect(counts()).toEqual({ email: 5, auth: 3, pin: 3 });
  });

  test('that nothing is found in is the same object', () => {
    const { redactor, counts } = redactorOf(RULES);
    const record = buildInvocation({ log: 'pin=1234', extra: { a: [{ b: 'c' }], headers: [] } });
    expect(redactor.invocation(record)).toBe(record);
    expect(counts()).toEqual({});
  });

  test('keeps a field called __proto__', () => {
    const { redactor } = redactorOf(RULES);
    const extra = JSON.parse('{"__proto__":"a@b.co","x":{"__proto__":"a@b.co"}}') as object;
    const redacted = redactor.invocation(buildInvocation({ extra: { ...extra } }));
    expect(JSON.stringify(redacted.extra)).toBe(
      '{"__proto__":"[redacted:email]","x":{"__proto__":"[redacted:email]"}}',
    );
  });

  test('whose log grows over its bound is cut, and says so', () => {
    const { redactor } = redactorOf(RULES, 20);
    const record = buildInvocation({ log: 'a@b.co a@b.co', logCutBytes: 3 });
    expect(redactor.invocation(record)).toMatchObject({
      log: '[redacted:email] [re',
      logCutBytes: 3 + '[redacted:email] [redacted:email]'.length - 20,
    });
  });

  test('that was redacted is not redacted again', () => {
    const piece = fc.constantFrom(
      ...['a@b.co', 'pin=12', '\n', ' ', '{"headers":{"authorization":', '"x"', '}}', '[redacted:'],
      ...['[redacted:pin]', 'headers', '"', '\\n', 'pin=[redacted:email]3', '@b.co'],
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const extra = fc.dictionary(
      fc.constantFrom('headers', 'authorization', 'x', '__proto__'),
      fc.oneof(text, fc.dictionary(fc.constantFrom('authorization', 'y'), text)),
    );
    const { redactor } = redactorOf(RULES);
    fc.assert(
      fc.property(text, text, extra, (log, retMsg, fields) => {
        const record = buildInvocation({ namespace: 'prod', log, retMsg, extra: { ...fields } });
        const once = redactor.invocation(record);
        expect(redactor.invocation(once)).toBe(once);
        expect(redactor.invocation({ ...record })).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a fragment', () => {
  const fragment: Fragment = {
    namespace: 'prod',
    functionName: 'f',
    requestId: 'r',
    retryNum: 0,
    timeUs: 1,
    facts: { retMsg: 'a@b.co', extra: { to: 'pin=1' }, retCode: 0 },
    lines: [
      { timeUs: 1, text: 'a@b.co', id: 'one' },
      { timeUs: 2, text: '{"headers":{"authorization":1}}' },
    ],
    source: 'test',
  };

  test('is redacted line by line, in its message and in its unknown fields', () => {
    const { redactor, counts } = redactorOf(RULES);
    expect(redactor.fragment(fragment)).toEqual({
      ...fragment,
      facts: { retMsg: '[redacted:email]', extra: { to: 'pin=[redacted:pin]' }, retCode: 0 },
      lines: [
        { timeUs: 1, text: '[redacted:email]', id: 'one' },
        { timeUs: 2, text: '{"headers":{"authorization":"[redacted:auth]"}}' },
      ],
    });
    expect(counts()).toEqual({ email: 2, pin: 1, auth: 1 });
  });

  test('that knows little stays as it is, and gets no facts', () => {
    const { redactor } = redactorOf(RULES);
    const bare = { ...fragment, facts: {}, lines: [] };
    expect(redactor.fragment(bare)).toBe(bare);
    const lines = [{ timeUs: 1, text: 'a@b.co' }];
    expect(redactor.fragment({ ...bare, lines }).facts).toEqual({});
  });

  test('has no secret found that stands on two of its lines', () => {
    const { redactor } = redactorOf({ '*': ['private-key', 'email'] });
    const lines = ['a@', 'b.co', 'RVhBTVBMRQ=='].map((text, at) => ({ timeUs: at, text }));
    const split = { ...fragment, facts: {}, lines };
    expect(redactor.fragment(split)).toBe(split);
  });
});

describe('rules of a namespace', () => {
  test('come after those of all, and touch no other namespace', () => {
    const { redactor } = redactorOf({ prod: ['email'], test: [] });
    const log = 'a@b.co';
    expect(redactor.invocation(buildInvocation({ namespace: 'prod', log })).log).not.toBe(log);
    for (const namespace of ['other', 'test', 'constructor', '*']) {
      const record = buildInvocation({ namespace, log });
      expect(redactor.invocation(record)).toBe(record);
    }
    expect(['prod', 'test', 'other'].map((name) => redactor.appliesTo(name))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('are nobody where there are none at all', () => {
    expect(redactorOf({}).redactor).toBeUndefined();
    expect(redactorOf({ '*': [], prod: [] }).redactor).toBeUndefined();
  });
});
