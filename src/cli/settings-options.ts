// Settings as flags: each command takes those that it uses, all from the one schema.

import { type Command, Option } from 'commander';
import { loadSettings } from '../config/load.ts';
import {
  flagNameOf,
  type SettingKey,
  type Settings,
  secretSettingKeys,
  settingKeys,
  settingsSchema,
} from '../config/schema.ts';

/** What a command that runs a server takes. */
export const serverSettingKeys: readonly SettingKey[] = settingKeys.filter(
  (key) => key !== 'server' && !secretSettingKeys.includes(key),
);

/** What a command that asks a server, or opens the store itself, takes. */
export const clientSettingKeys: readonly SettingKey[] = ['dataDir', 'clickhouseUrl', 'server'];

/** Adds a flag for each setting, and --config. */
export function addSettingsOptions(command: Command, keys: readonly SettingKey[]): Command {
  for (const key of keys) {
    const { description = '' } = settingsSchema.shape[key];
    command.addOption(new Option(`${flagNameOf(key)} <value>`, description));
  }
  return command.addOption(new Option('--config <file>', 'A JSON file of settings.'));
}

/**
 * @param options what commander parsed, the command's own options included
 * @throws AppError invalid_setting
 */
export function settingsFrom(
  options: Readonly<Record<string, unknown>>,
  keys: readonly SettingKey[],
): Settings {
  const flags: Record<string, unknown> = {};
  for (const key of keys) {
    if (options[key] !== undefined) {
      flags[key] = options[key];
    }
  }
  const configFile = options['config'];
  return loadSettings({
    flags,
    configFile: typeof configFile === 'string' ? configFile : undefined,
  });
}
