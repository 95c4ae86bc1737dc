// What is taken out of records on their way in, as the settings say it.

import type { JsonPath } from './json-path.ts';

/** What fnlog finds by itself. */
export const builtInRedactions = [
  'aws-access-key',
  'basic-auth',
  'bearer-token',
  'china-id',
  'china-mobile',
  'credit-card',
  'email',
  'github-token',
  'jwt',
  'private-key',
  'tencent-secret-id',
  'url-password',
] as const;
export type BuiltInRedaction = (typeof builtInRedactions)[number];

export interface PatternRule {
  readonly kind: 'pattern';
  readonly name: string;
  /** A regular expression of RE2's syntax. With a group, the first one alone is replaced. */
  readonly pattern: string;
  readonly ignoreCase: boolean;
  /** Stands in for what is found; undefined for the usual marker. */
  readonly replacement: string | undefined;
}

export interface PathRule {
  readonly kind: 'path';
  readonly name: string;
  /** Into the unknown fields of a record, and into lines and messages that are JSON documents. */
  readonly path: JsonPath;
}

export type RedactionRule =
  | { readonly kind: 'built-in'; readonly name: BuiltInRedaction }
  | PatternRule
  | PathRule;

/** By namespace; those of `*` hold for every namespace. */
export type RedactionRules = Readonly<Record<string, readonly RedactionRule[]>>;

/** What stands where something was taken out. */
export function redactionMarker(name: string): string {
  return `[redacted:${name}]`;
}
