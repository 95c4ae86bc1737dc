// Settings from their four places: flag over environment over config file over default. The only
// reader of the environment.

import { readFileSync } from 'node:fs';
import { AppError, shownValue } from '../domain/errors.ts';
import {
  environmentNameOf,
  flagNameOf,
  type SettingKey,
  type Settings,
  settingKeys,
  settingPairs,
  settingsSchema,
} from './schema.ts';

/** Names a config file; not a setting itself. */
const CONFIG_VARIABLE = 'FNLOG_CONFIG';

export interface LoadOptions {
  /** What the command line gave, by setting; keys that are no setting are refused. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The path of a JSON file; FNLOG_CONFIG where not given. */
  readonly configFile?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * @returns checked settings, frozen
 * @throws AppError invalid_setting that names the setting, where it came from and what is accepted
 */
export function loadSettings(options: LoadOptions): Settings {
  const environment = options.environment ?? process.env;
  const file = options.configFile ?? environment[CONFIG_VARIABLE];
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const fromEnvironment = readEnvironment(environment);
  const flags = givenOf(options.flags);
  const names = new Map<string, string>();
  for (const key of settingKeys) {
    names.set(key, nameOf(key, { flags, fromEnvironment, fromFile, file }));
  }
  const result = settingsSchema.safeParse({ ...fromFile, ...fromEnvironment, ...flags });
  if (!result.success) {
    const issue = result.error.issues[0];
    throw invalid(issue?.path[0], issue?.message ?? 'is not accepted', names);
  }
  const settings = result.data;
  for (const [one, other] of settingPairs) {
    const given = settings[one] !== undefined ? one : other;
    if ((settings[one] === undefined) !== (settings[other] === undefined)) {
      throw invalid(given, `${one} and ${other} go together: give both or neither`, names);
    }
  }
  return Object.freeze(settings);
}

function readConfigFile(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read';
    throw new AppError('invalid_setting', `the config file ${file} ${why}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_setting', `the config file ${file} must hold one JSON object`);
  }
  const unknown = Object.keys(value).find((key) => !settingKeys.includes(key as SettingKey));
  if (unknown !== undefined) {
    throw unknownSetting(`${shownValue(unknown)} in ${file}`, settingKeys);
  }
  return value as Record<string, unknown>;
}

function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const keyOf = new Map(settingKeys.map((key) => [environmentNameOf(key), key]));
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('FNLOG_') || name === CONFIG_VARIABLE || value === undefined) {
      continue;
    }
    const key = keyOf.get(name);
    if (key === undefined) {
      throw unknownSetting(name, [...keyOf.keys()]);
    }
    found[key] = value;
  }
  return found;
}

function unknownSetting(name: string, known: readonly string[]): AppError {
  return new AppError('invalid_setting', `there is no setting ${name}; known: ${known.join(', ')}`);
}

/** A flag that is undefined was not given. */
function givenOf(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !settingKeys.includes(key as SettingKey));
  if (unknown !== undefined) {
    throw unknownSetting(shownValue(unknown[0]), settingKeys);
  }
  return Object.fromEntries(given);
}

interface Places {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly fromEnvironment: Readonly<Record<string, unknown>>;
  readonly fromFile: Readonly<Record<string, unknown>>;
  readonly file: string | undefined;
}

/** How the place that decides a setting calls it. */
function nameOf(key: SettingKey, { flags, fromEnvironment, fromFile, file }: Places): string {
  if (Object.hasOwn(flags, key)) {
    return flagNameOf(key);
  }
  return !Object.hasOwn(fromEnvironment, key) && Object.hasOwn(fromFile, key)
    ? `${key} in ${file}`
    : environmentNameOf(key);
}

function invalid(
  path: PropertyKey | undefined,
  message: string,
  names: ReadonlyMap<string, string>,
): AppError {
  const key = String(path ?? '');
  return new AppError('invalid_setting', `${names.get(key) ?? key}: ${message}`);
}
