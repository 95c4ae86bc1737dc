// fnlog keys create|list|revoke: the keys of a data directory. A running server sees a change at
// its next request.

import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { openKeys } from '../../app.ts';
import { createKey, type Key, type Role } from '../../auth/keys.ts';
import type { SettingKey } from '../../config/schema.ts';
import { systemClock } from '../../domain/clock.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import { addSettingsOptions, settingsFrom } from '../settings-options.ts';

const settingKeysUsed: readonly SettingKey[] = ['dataDir'];
const DAYS = /^(\d{1,5})d$/;
const DAY_MS = 86_400_000;

interface CreateOptions {
  readonly role: Role;
  readonly namespace?: readonly string[];
  readonly expires?: string;
  readonly note?: string;
}

export function keysCommand(): Command {
  const create = new Command('create')
    .description('Make a key and show it, once.')
    .addOption(
      new Option('--role <role>', 'ingest writes, read reads, admin does everything.')
        .choices(['ingest', 'read', 'admin'])
        .default('read'),
    )
    .option('--namespace <name...>', 'Namespaces that it may touch (default: all).')
    .option('--expires <days>', 'When it ends, such as 30d (default: never).')
    .option('--note <text>', 'What it is for.')
    .action(createOne);
  const list = new Command('list')
    .description('List the keys, without their secrets.')
    .action(listAll);
  const revoke = new Command('revoke')
    .description('End a key at once.')
    .argument('<secret-id>', 'As keys list shows it.')
    .action(revokeOne);
  const keys = new Command('keys').description('Make, list and end keys.');
  for (const command of [create, list, revoke]) {
    keys.addCommand(addSettingsOptions(command, settingKeysUsed));
  }
  return keys;
}

function createOne(options: CreateOptions): void {
  const nowMs = systemClock.now();
  const key = createKey({
    role: options.role,
    namespaces: options.namespace ?? '*',
    createdAtMs: nowMs,
    expiresAtMs: options.expires === undefined ? null : nowMs + expiryMs(options.expires),
    note: options.note ?? '',
  });
  openKeys(settingsFrom({ ...options }, settingKeysUsed)).file.add(key);
  console.log(`SecretId   ${key.secretId}\nSecretKey  ${key.secretKey}`);
  console.error('the SecretKey is not shown again');
}

function listAll(options: Record<string, unknown>): void {
  const { file, path } = openKeys(settingsFrom(options, settingKeysUsed));
  const keys = file.list();
  if (keys.length === 0) {
    console.error(`no keys in ${path}`);
    return;
  }
  const table = new Table({
    head: ['SECRET ID', 'ROLE', 'NAMESPACES', 'CREATED', 'STATE', 'NOTE'],
    style: { head: [], border: [] },
  });
  const nowMs = systemClock.now();
  for (const key of keys) {
    const namespaces = key.namespaces === '*' ? 'all' : key.namespaces.join(', ');
    const created = new Date(key.createdAtMs).toISOString().slice(0, 10);
    table.push([key.secretId, key.role, namespaces, created, stateOf(key, nowMs), key.note]);
  }
  console.log(table.toString());
}

function revokeOne(secretId: string, options: Record<string, unknown>): void {
  const { file } = openKeys(settingsFrom(options, settingKeysUsed));
  file.revoke(secretId, systemClock.now());
  console.log(`${secretId} is revoked`);
}

function stateOf({ revokedAtMs, expiresAtMs }: Key, nowMs: number): string {
  if (revokedAtMs !== null) {
    return `revoked ${new Date(revokedAtMs).toISOString().slice(0, 10)}`;
  }
  if (expiresAtMs === null) {
    return 'good';
  }
  const day = new Date(expiresAtMs).toISOString().slice(0, 10);
  return nowMs >= expiresAtMs ? `expired ${day}` : `good until ${day}`;
}

function expiryMs(text: string): number {
  const days = Number(DAYS.exec(text)?.[1] ?? 0);
  if (days < 1) {
    throw new AppError(
      'invalid_parameter',
      `--expires is ${shownValue(text)}: it takes a number of days such as 30d`,
    );
  }
  return days * DAY_MS;
}
