// The rules of one namespace, ready to be applied.

import { type PathRule, type RedactionRule, redactionMarker } from '../../domain/redaction-rule.ts';
import { buildBuiltInRule } from './built-in-rules.ts';
import { buildPathRule } from './path-rule.ts';
import { buildPatternRule } from './pattern-rule.ts';
import { type Extra, redactPath, redactTexts } from './redact-extra.ts';
import { type CountRedactions, redactText, type TextRule } from './redact-text.ts';

export class RuleSet {
  readonly #onRedacted: CountRedactions;
  readonly #paths: readonly PathRule[];
  /** For logs and messages … */
  readonly #ofTexts: readonly TextRule[];
  /** … and for texts in unknown fields, where paths go from the top. */
  readonly #ofMembers: readonly TextRule[];

  constructor(rules: readonly RedactionRule[], onRedacted: CountRedactions) {
    this.#onRedacted = onRedacted;
    this.#paths = rules.filter((rule) => rule.kind === 'path');
    this.#ofTexts = rules.map(buildTextRule);
    this.#ofMembers = rules.filter((rule) => rule.kind !== 'path').map(buildTextRule);
  }

  /** @returns the text itself where nothing is found */
  text(text: string): string {
    return text === '' ? text : redactText(text, this.#ofTexts, this.#onRedacted);
  }

  /** @returns the fields themselves where nothing is found */
  extra(extra: Extra): Extra {
    let redacted: unknown = extra;
    for (const { name, path } of this.#paths) {
      redacted = redactPath(redacted, path, redactionMarker(name), () => this.#onRedacted(name, 1));
    }
    return redactTexts(redacted, (text) =>
      redactText(text, this.#ofMembers, this.#onRedacted),
    ) as Extra;
  }
}

function buildTextRule(rule: RedactionRule): TextRule {
  switch (rule.kind) {
    case 'built-in':
      return buildBuiltInRule(rule.name);
    case 'pattern':
      return buildPatternRule(rule);
    case 'path':
      return buildPathRule(rule);
    default:
      return rule satisfies never;
  }
}
