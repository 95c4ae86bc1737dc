import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import { snippetFinder } from './snippets.ts';

type Query = Parameters<typeof snippetFinder>[0];

function snippetsOf(query: Query, log: string, retMsg = '') {
  return snippetFinder(query)?.(buildInvocation({ log, retMsg }));
}

/** The hits as texts. */
function hitsOf(query: Query, log: string): string[] {
  return (snippetsOf(query, log) ?? []).flatMap(({ text, hits }) =>
    hits.map(([from, to]) => text.slice(from, to)),
  );
}

describe('snippets', () => {
  test('are there only where something is searched for', () => {
    expect(snippetFinder({})).toBeUndefined();
    expect(snippetsOf({ search: 'x' }, 'y')).toEqual([]);
  });

  test.each<[Query, string, string[]]>([
    [{ search: 'ERROR' }, 'an error, Error; terror errors', ['error', 'Error']],
    [{ search: '"call 77"' }, 'call-77 call 778 call: 77', ['call-77', 'call: 77']],
    [{ search: 'größe' }, 'Größe größe GRÖSSE', ['Größe', 'größe']],
    [{ search: '函' }, '函数', ['函']],
    [{ contains: 'rr' }, 'error ERROR', ['rr']],
    [{ regex: 'e.+?r' }, 'exr\ne\nr', ['exr', 'e\nr']],
    [{ search: 'error', contains: 'or x' }, 'an error x', ['error x']],
  ])('%j in %j hit %j', (query, log, hits) => {
    expect(hitsOf(query, log)).toEqual(hits);
  });

  test('show a little of the text around, the message first, three at most', () => {
    const far = `${'-'.repeat(500)} error ${'-'.repeat(500)}`;
    const snippets = snippetsOf({ search: 'error' }, far.repeat(4), 'an error');
    expect(snippets).toHaveLength(3);
    expect(snippets?.[0]).toEqual({ field: 'retMsg', text: 'an error', hits: [[3, 8]] });
    expect(snippets?.[1]?.text).toHaveLength(160);
    expect(snippets?.[1]?.hits).toEqual([[40, 45]]);
  });

  test('are cut between characters and hold their hits, whatever the text', () => {
    const pieces = fc.constantFrom('🙂', 'a', ' ', 'error', '函', '\n', '\u0000', 'é');
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 400 }),
        fc.constantFrom('a', '🙂', '函'),
        (parts, wanted) => {
          const log = parts.join('');
          for (const { text, hits } of snippetsOf({ contains: wanted }, log) ?? []) {
            expect(log).toContain(text);
            expect(text.isWellFormed()).toBe(true);
            for (const [from, to] of hits) {
              expect(text.slice(from, to).replaceAll(wanted, '')).toBe('');
            }
          }
        },
      ),
    );
  });

  test('of more text than a page may be searched for are left out', () => {
    const find = snippetFinder({ contains: 'x' });
    const long = buildInvocation({ log: `${'-'.repeat(999_990)}x` });
    expect(find?.(long)).toHaveLength(1);
    expect(find?.(long)).toHaveLength(0);
  });
});
