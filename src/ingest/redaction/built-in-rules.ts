// What fnlog finds by itself. Every expression here takes time in proportion to the text, whatever
// it holds: each repeat has an end, or nothing after it can fail, or only the first character of a
// run can begin a match.

import { type BuiltInRedaction, redactionMarker } from '../../domain/redaction-rule.ts';
import { isBasicCredentials, isCardNumber, isChinaId, isTokenLike } from './built-in-checks.ts';
import { findPrivateKeys } from './find-private-keys.ts';
import type { Span } from './marked-spans.ts';
import type { TextRule } from './redact-text.ts';

interface Finder {
  /** Without one of these there is nothing to find; looked for first, since it is cheap. */
  readonly hints?: readonly string[];
  /** A group named `secret`, if there is one, stands at the end; it alone is replaced. */
  readonly expression: RegExp;
  /** Whether what was found is it indeed. */
  readonly isIt?: (found: string) => boolean;
}

const finders: Record<Exclude<BuiltInRedaction, 'private-key'>, Finder> = {
  'aws-access-key': {
    hints: ['AKIA', 'ASIA'],
    expression: expressionOf('A[KS]IA', '\\w', 'A[KS]IA[A-Z0-9]{16}(?!\\w)'),
  },
  'basic-auth': {
    expression: expressionOf('basic', '\\w', 'basic[ \\t]{1,8}(?<secret>[\\w+/]{4,}={0,2})', 'i'),
    isIt: isBasicCredentials,
  },
  'bearer-token': {
    expression: expressionOf(
      'bearer',
      '\\w',
      'bearer[ \\t]{1,8}(?<secret>[\\w.~+/-]{8,}={0,2})',
      'i',
    ),
    isIt: isTokenLike,
  },
  'china-id': {
    expression: expressionOf(
      '[1-9]\\d{5}(?:18|19|20)',
      '\\w',
      '\\d{6}(?:18|19|20)\\d{9}[\\dXx](?!\\w)',
    ),
    isIt: isChinaId,
  },
  'china-mobile': {
    expression: expressionOf('[+81]', '\\w.+', '(?:\\+?86[ -]?)?1[3-9]\\d{9}(?!\\w)'),
  },
  'credit-card': {
    expression: expressionOf(
      '[2-6]\\d{3}',
      '\\w.',
      '(?:\\d{4}([ -])\\d{4}\\1\\d{4}\\1\\d{4}|\\d{4}([ -])\\d{6}\\2\\d{5}|\\d{13,19})(?!\\w)',
    ),
    isIt: isCardNumber,
  },
  email: {
    hints: ['@'],
    expression: expressionOf(
      '[\\w.%+-]',
      '\\w.%+-',
      '[\\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,63}(?![A-Za-z0-9-])',
    ),
  },
  'github-token': {
    hints: ['gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_', 'github_pat_'],
    expression: expressionOf(
      'gh[oprsu]_|github_pat_',
      '\\w',
      '(?:gh[oprsu]_[A-Za-z0-9]{36,255}|github_pat_\\w{22,255})(?!\\w)',
    ),
  },
  jwt: {
    hints: ['eyJ'],
    expression: expressionOf('eyJ', '\\w-', 'eyJ[\\w-]{5,}(?:\\.[\\w-]*){2,4}'),
  },
  'tencent-secret-id': {
    hints: ['AKID'],
    expression: expressionOf('AKID', '\\w', 'AKID[\\w-]{32,}'),
  },
  'url-password': {
    hints: ['://'],
    expression: /:\/\/[^\s/?#@:"'<>]{0,256}:(?<secret>[^\s/?#"'<>]{1,256})(?=@)/g,
  },
};

export function buildBuiltInRule(name: BuiltInRedaction): TextRule {
  const find = name === 'private-key' ? findPrivateKeys : finderOf(finders[name]);
  return { name, replacement: redactionMarker(name), find };
}

function finderOf({ hints, expression, isIt }: Finder): TextRule['find'] {
  return (text) => {
    if (hints !== undefined && !hints.some((hint) => text.includes(hint))) {
      return [];
    }
    const spans: Span[] = [];
    for (const match of text.matchAll(expression)) {
      const found = match.groups?.['secret'] ?? match[0];
      if (isIt === undefined || isIt(found)) {
        const end = match.index + match[0].length;
        spans.push({ start: end - found.length, end });
      }
    }
    return spans;
  };
}

/**
 * An expression whose matches begin at the begin of a word, also where JSON has an escape such as
 * \n before it. The letter of such an escape is never part of a match, so JSON stays JSON.
 *
 * @param first what a match begins with: tried first, since it is cheap
 * @param word the characters of a word, as in a class
 */
function expressionOf(first: string, word: string, whole: string, flags = ''): RegExp {
  const begin = `(?:(?<![\\\\${word}])|(?<=\\\\(?:[bfnrt]|u[0-9a-fA-F]{4})))`;
  return new RegExp(`(?=${first})${begin}${whole}`, `g${flags}`);
}
