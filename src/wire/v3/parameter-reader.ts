// Reads the parameters of one action out of its tree, by name and type. What is wrong is an error
// that names the parameter, its value and what is accepted, in English and in Chinese; what nobody
// asked for is refused at the end.
//
// A parameter that is null or empty is one that was left out: clients send those that their caller
// left undefined as empty ones (wire facts A.4), and some send `Filter: {}` when they mean none.

import { AppError, shownValue } from '../../domain/errors.ts';
import type { ReadZonedTime, ZonedSecond } from '../time-from-zone.ts';
import type { ParameterBranch, ParameterTree, ParameterValue } from './parameter-tree.ts';

/** What a parameter takes, to end the sentence "… is accepted". */
export interface Accepted {
  readonly en: string;
  readonly zh: string;
}

const DIGITS = /^[0-9]{1,16}$/;

export class ParameterReader {
  readonly #branch: ParameterBranch;
  readonly #typed: boolean;
  /** How the branch is called: empty for the root, else with a dot at its end. */
  readonly #prefix: string;
  readonly #asked = new Set<string>();

  constructor({ root, typed }: ParameterTree, prefix = '') {
    this.#branch = root;
    this.#typed = typed;
    this.#prefix = prefix;
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') {
      return value;
    }
    throw this.refused(name, { en: 'text', zh: '字符串' });
  }

  /** @throws AppError missing_parameter besides what `text` throws */
  requiredText(name: string): string {
    return this.text(name) ?? this.#missing(name);
  }

  /** A whole number from 0 to `max`; in a form as digits. */
  integer(name: string, max: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) {
      return undefined;
    }
    const isDigits = !this.#typed && typeof value === 'string' && DIGITS.test(value);
    const number = isDigits ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max) {
      return number;
    }
    throw this.refused(name, {
      en: `an integer from 0 to ${max}`,
      zh: `0 到 ${max} 之间的整数`,
    });
  }

  /** @throws AppError missing_parameter besides what `integer` throws */
  requiredInteger(name: string, max: number): number {
    return this.integer(name, max) ?? this.#missing(name);
  }

  /** One of the keys, compared after `normalize`. */
  choice<Choice>(
    name: string,
    choices: ReadonlyMap<string, Choice>,
    normalize: (value: string) => string = (value) => value,
  ): Choice | undefined {
    const value = this.#take(name);
    if (value === undefined) {
      return undefined;
    }
    const choice = typeof value === 'string' ? choices.get(normalize(value)) : undefined;
    if (choice === undefined) {
      const names = [...choices.keys()].join(', ');
      throw this.refused(name, { en: `one of ${names}`, zh: `其中之一：${names}` });
    }
    return choice;
  }

  time(name: string, read: ReadZonedTime): ZonedSecond | undefined {
    const value = this.#take(name);
    if (value === undefined) {
      return undefined;
    }
    const time = typeof value === 'string' ? read(value) : undefined;
    if (time === undefined) {
      throw this.refused(name, {
        en: 'a time as YYYY-MM-DD HH:MM:SS from 1970 to 2199',
        zh: '1970 至 2199 年间 YYYY-MM-DD HH:MM:SS 格式的时间',
      });
    }
    return time;
  }

  /** The reader of a structure; undefined where it is left out or holds nothing. */
  structure(name: string): ParameterReader | undefined {
    const value = this.#take(name);
    // PHP writes a structure without members as an empty list.
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      return undefined;
    }
    if (!(value instanceof Map)) {
      throw this.refused(name, { en: 'a structure', zh: '对象' });
    }
    return value.size === 0 ? undefined : this.#below(name, value);
  }

  /** A reader for each structure of a list; none where it is left out. */
  structures(name: string, max: number): ParameterReader[] {
    return this.#items(name, max, 'structures').map((item, at) => {
      if (item instanceof Map) {
        return this.#below(`${name}.${at}`, item);
      }
      throw this.refused(`${name}.${at}`, { en: 'a structure', zh: '对象' });
    });
  }

  texts(name: string, max: number): string[] {
    return this.#items(name, max, 'texts').map((item, at) => {
      if (typeof item === 'string') {
        return item;
      }
      throw this.refused(`${name}.${at}`, { en: 'text', zh: '字符串' });
    });
  }

  /** @throws AppError unknown_parameter where there is a parameter that nobody asked for */
  end(): void {
    for (const name of this.#branch.keys()) {
      if (!this.#asked.has(name)) {
        const known = [...this.#asked].join(', ');
        const path = shownValue(`${this.#prefix}${name}`);
        throw new AppError('unknown_parameter', `parameter ${path} is not known: ${known} are`, {
          details: { parameter: `${this.#prefix}${name}` },
          zh: `未知参数 ${path}；可用参数：${known}`,
        });
      }
    }
  }

  /** The error of a parameter whose value is not accepted. */
  refused(name: string, accepted: Accepted): AppError {
    const path = `${this.#prefix}${name}`;
    const shown = shownValue(plain(valueAt(this.#branch, name)));
    return new AppError(
      'invalid_parameter',
      `parameter ${path} has the value ${shown}: ${accepted.en} is accepted`,
      {
        details: { parameter: path },
        zh: `${path} 取值与规范不符，请修正后再试：收到 ${shown}，须为${accepted.zh}`,
      },
    );
  }

  #take(name: string): Exclude<ParameterValue, null> | undefined {
    this.#asked.add(name);
    const value = this.#branch.get(name);
    return value === undefined || value === null || value === '' ? undefined : value;
  }

  #below(name: string, root: ParameterBranch): ParameterReader {
    return new ParameterReader({ root, typed: this.#typed }, `${this.#prefix}${name}.`);
  }

  #items(name: string, max: number, what: string): readonly ParameterValue[] {
    const value = this.#take(name);
    if (value === undefined) {
      return [];
    }
    const items = value instanceof Map && !this.#typed ? itemsOfNumbered(value) : value;
    if (!Array.isArray(items) || items.length > max) {
      throw this.refused(name, {
        en: `a list of at most ${max} ${what}`,
        zh: `最多 ${max} 项的列表`,
      });
    }
    return items;
  }

  #missing(name: string): never {
    const path = `${this.#prefix}${name}`;
    throw new AppError(
      'missing_parameter',
      `the request is missing a required parameter \`${path}\``,
      { details: { parameter: path }, zh: `缺少必填参数 \`${path}\`` },
    );
  }
}

/** `{0: a, 1: b}` as `[a, b]`; undefined where the names are not the numbers from 0 on. */
function itemsOfNumbered(branch: ParameterBranch): ParameterValue[] | undefined {
  const items: ParameterValue[] = [];
  for (let at = 0; at < branch.size; at += 1) {
    const item = branch.get(String(at));
    if (item === undefined) {
      return undefined;
    }
    items.push(item);
  }
  return items;
}

/** The value at a name that may lie in a list, as `Filters.0`. */
function valueAt(branch: ParameterBranch, name: string): ParameterValue | undefined {
  let value: ParameterValue | undefined = branch;
  for (const part of name.split('.')) {
    value = value instanceof Map ? value.get(part) : (value as ParameterValue[])?.[Number(part)];
  }
  return value;
}

function plain(value: ParameterValue | undefined): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, each]) => [name, plain(each)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}
