// Redaction on the way in: what the rules of a namespace find in logs, messages and unknown fields
// is replaced before a record is written anywhere. The same input always gives the same output, so a
// record that is sent again stays a duplicate; and what was redacted once stays as it is.

import type { Fragment } from '../domain/fragment.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { RedactionRules } from '../domain/redaction-rule.ts';
import { cutText } from './cut-text.ts';
import type { CountRedactions } from './redaction/redact-text.ts';
import { RuleSet } from './redaction/rule-set.ts';

export interface RedactorOptions {
  readonly rules: RedactionRules;
  /** A marker can be longer than what it stands for, so logs are held to their bound once more. */
  readonly logBytesMax: number;
  readonly onRedacted: CountRedactions;
}

/** @returns undefined where there are no rules at all */
export function buildRedactor(options: RedactorOptions): Redactor | undefined {
  const isEmpty = Object.values(options.rules).every((rules) => rules.length === 0);
  return isEmpty ? undefined : new Redactor(options);
}

export class Redactor {
  readonly #logBytesMax: number;
  readonly #everywhere: RuleSet | undefined;
  readonly #byNamespace: ReadonlyMap<string, RuleSet>;

  constructor({ rules, logBytesMax, onRedacted }: RedactorOptions) {
    this.#logBytesMax = logBytesMax;
    const { '*': shared = [], ...named } = rules;
    this.#everywhere = shared.length === 0 ? undefined : new RuleSet(shared, onRedacted);
    this.#byNamespace = new Map(
      Object.entries(named)
        .filter(([, own]) => own.length > 0)
        .map(([namespace, own]) => [namespace, new RuleSet([...shared, ...own], onRedacted)]),
    );
  }

  /** @returns whether records of the namespace have to be looked at */
  appliesTo(namespace: string): boolean {
    return this.#rulesOf({ namespace }) !== undefined;
  }

  /** @returns the record itself where nothing is found */
  invocation(invocation: Invocation): Invocation {
    const rules = this.#rulesOf(invocation);
    if (rules === undefined) {
      return invocation;
    }
    const retMsg = rules.text(invocation.retMsg);
    const log = rules.text(invocation.log);
    const extra = rules.extra(invocation.extra);
    if (retMsg === invocation.retMsg && log === invocation.log && extra === invocation.extra) {
      return invocation;
    }
    const cut = cutText(log, this.#logBytesMax);
    const logCutBytes = invocation.logCutBytes + cut.cutBytes;
    return { ...invocation, retMsg, log: cut.text, logCutBytes, extra };
  }

  /** @returns the fragment itself where nothing is found; each of its lines is looked at alone */
  fragment(fragment: Fragment): Fragment {
    const rules = this.#rulesOf(fragment);
    if (rules === undefined) {
      return fragment;
    }
    const { facts, lines } = fragment;
    const texts = lines.map(({ text }) => rules.text(text));
    const retMsg = facts.retMsg === undefined ? undefined : rules.text(facts.retMsg);
    const extra = facts.extra === undefined ? undefined : rules.extra(facts.extra);
    const sameLines = texts.every((text, at) => text === lines[at]?.text);
    if (sameLines && retMsg === facts.retMsg && extra === facts.extra) {
      return fragment;
    }
    return {
      ...fragment,
      lines: lines.map((line, at) => ({ ...line, text: texts[at] ?? line.text })),
      facts: {
        ...facts,
        ...(retMsg === undefined ? {} : { retMsg }),
        ...(extra === undefined ? {} : { extra }),
      },
    };
  }

  #rulesOf({ namespace }: { readonly namespace: string }): RuleSet | undefined {
    return this.#byNamespace.get(namespace) ?? this.#everywhere;
  }
}
