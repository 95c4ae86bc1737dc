// The setting redaction: what is taken out of records on their way in, by namespace. An object in the
// config file; a flag or the environment gives the same as JSON text.

import { RE2JS } from 're2js';
import { shownValue } from '../domain/errors.ts';
import { parseJsonPath } from '../domain/json-path.ts';
import {
  type BuiltInRedaction,
  builtInRedactions,
  type RedactionRule,
  type RedactionRules,
} from '../domain/redaction-rule.ts';

export type ParsedRedactionRules =
  | { readonly ok: true; readonly rules: RedactionRules }
  | { readonly ok: false; readonly reason: string };

const EXAMPLE = '{"*":["email",{"name":"pin","path":"$.pin"}]}';
const NAMESPACES_MAX = 1_000;
const NAMESPACE_CHARACTERS_MAX = 256;
const RULES_MAX = 50;
const PATTERN_CHARACTERS_MAX = 1_000;
/** In the engine's own steps: how long a search takes goes by this times the length of a text. */
const PATTERN_STEPS_MAX = 500;
/** Printable, and without what would end a text of JSON. */
const REPLACEMENT = /^[^\p{C}\p{Zl}\p{Zp}"\\]{0,200}$/u;
const NAME = /^[\w-]{1,64}$/;
const MEMBERS = ['name', 'pattern', 'flags', 'replacement', 'path'];

/** An object without a prototype: a namespace may be called `constructor`, and has no rules then. */
export function noRedactionRules(): Record<string, readonly RedactionRule[]> {
  return Object.create(null) as Record<string, readonly RedactionRule[]>;
}

/** @param value what a flag, the environment or the config file gave */
export function parseRedactionRules(value: unknown): ParsedRedactionRules {
  const given = typeof value === 'string' ? jsonOf(value) : value;
  if (!isObject(given)) {
    return refused(`${shownValue(value)} is not accepted; an object of lists is: ${EXAMPLE}`);
  }
  const entries = Object.entries(given);
  if (entries.length > NAMESPACES_MAX) {
    return refused(
      `${entries.length} namespaces are named; at most ${NAMESPACES_MAX} are accepted`,
    );
  }
  const rules = noRedactionRules();
  for (const [namespace, list] of entries) {
    const parsed = parseList(namespace, list);
    if (typeof parsed === 'string') {
      return refused(parsed);
    }
    rules[namespace] = parsed;
  }
  return { ok: true, rules };
}

/** @returns the rules, or what is wrong with them */
function parseList(namespace: string, list: unknown): RedactionRule[] | string {
  if (namespace === '' || namespace.length > NAMESPACE_CHARACTERS_MAX) {
    return `a namespace of ${namespace.length} characters is not accepted; 1 to ${NAMESPACE_CHARACTERS_MAX} are, or * for all`;
  }
  if (!Array.isArray(list) || list.length > RULES_MAX) {
    return `the rules of ${shownValue(namespace)} must be a list of at most ${RULES_MAX}`;
  }
  const rules: RedactionRule[] = [];
  for (const [index, given] of list.entries()) {
    const rule = parseRule(given);
    if (typeof rule === 'string') {
      return `rule ${index + 1} of ${shownValue(namespace)}: ${rule}`;
    }
    rules.push(rule);
  }
  return rules;
}

function parseRule(given: unknown): RedactionRule | string {
  if (typeof given === 'string') {
    return isBuiltIn(given)
      ? { kind: 'built-in', name: given }
      : `there is no ${shownValue(given)}; known: ${builtInRedactions.join(', ')}`;
  }
  if (!isObject(given)) {
    return `${shownValue(given)} is not accepted; a name is, or an object with name and pattern or path`;
  }
  const unknown = Object.keys(given).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) {
    return `there is no member ${shownValue(unknown)}; known: ${MEMBERS.join(', ')}`;
  }
  const { name, pattern, path } = given;
  if (typeof name !== 'string' || !NAME.test(name)) {
    return `name is ${shownValue(name)}; 1 to 64 letters, digits, _ and - are accepted`;
  }
  if ((pattern === undefined) === (path === undefined)) {
    return 'one of pattern and path must be given';
  }
  return path === undefined ? parsePattern(name, given) : parsePath(name, given);
}

function parsePath(name: string, given: Record<string, unknown>): RedactionRule | string {
  const { path: text, flags, replacement } = given;
  if (flags !== undefined || replacement !== undefined) {
    return 'flags and replacement go with a pattern, not with a path';
  }
  const path = typeof text === 'string' ? parseJsonPath(text) : undefined;
  return path === undefined
    ? `path is ${shownValue(text)}; up to 16 steps are accepted, as in $.user.name, $.items[*] or $['a name']`
    : { kind: 'path', name, path };
}

function parsePattern(name: string, given: Record<string, unknown>): RedactionRule | string {
  const { pattern, flags = '', replacement } = given;
  if (typeof pattern !== 'string' || pattern.length > PATTERN_CHARACTERS_MAX) {
    return `pattern must be a text of at most ${PATTERN_CHARACTERS_MAX} characters`;
  }
  if (flags !== '' && flags !== 'i') {
    return `flags is ${shownValue(flags)}; i is accepted, for any letter case`;
  }
  if (replacement !== undefined && !isReplacement(replacement)) {
    return 'replacement must be a text of at most 200 characters, without ", \\ and control characters';
  }
  const ignoreCase = flags === 'i';
  const compiled = compile(pattern, ignoreCase);
  if (typeof compiled === 'string') {
    return `pattern is ${shownValue(pattern)}: ${compiled}`;
  }
  if (replacement !== undefined && findsPart(compiled, replacement)) {
    return 'the pattern finds something in its own replacement, which would be replaced again and again';
  }
  return { kind: 'pattern', name, pattern, ignoreCase, replacement };
}

/** @returns the pattern, or what is wrong with it */
function compile(pattern: string, ignoreCase: boolean): RE2JS | string {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : '';
    return `${why} (the syntax is RE2's)`;
  }
  if (compiled.test('')) {
    return 'it matches where there is nothing';
  }
  const steps = compiled.programSize();
  return steps > PATTERN_STEPS_MAX
    ? `it has ${steps} steps; at most ${PATTERN_STEPS_MAX} are accepted, so repeat fewer times`
    : compiled;
}

function findsPart(pattern: RE2JS, replacement: string): boolean {
  const matcher = pattern.matcher(replacement);
  const group = pattern.groupCount() > 0 ? 1 : 0;
  return matcher.find() && matcher.group(group) !== replacement;
}

function isReplacement(value: unknown): value is string {
  return typeof value === 'string' && REPLACEMENT.test(value);
}

function isBuiltIn(name: string): name is BuiltInRedaction {
  return builtInRedactions.some((one) => one === name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refused(reason: string): ParsedRedactionRules {
  return { ok: false, reason };
}
