// fnlog keys create|list|revoke: the keys of a data directory. A running server sees a change at
// its next request.

import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { openKeys } from '../../app/keys.ts';
import { createKey, type Key, type Role } from '../../auth/keys.ts';
import type { SettingKey } from '../../config/schema.ts';
import { systemClock } from '../../domain/clock.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import { addSettingsOptions, settingsFrom } from '../settings-options.ts';

const settingKeysUsed: readonly SettingKey[] = ['dataDir'];
const LIFE = /^(\d{1,5})([mhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

interface CreateOptions {
  readonly role: Role;
  readonly namespace?: readonly string[];
  readonly expires?: string;
  readonly temporary?: true;
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
    .option('--expires <time>', 'When it ends, such as 90m, 2h or 30d (default: never).')
    .option('--temporary', 'With a token that every request has to carry; needs --expires.')
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
  const { role, namespace, expires, temporary = false, note = '' } = options;
  if (temporary && expires === undefined) {
    throw new AppError('missing_parameter', '--temporary needs --expires, such as --expires 2h');
  }
  const nowMs = systemClock.now();
  const key = createKey({
    role,
    namespaces: namespace ?? '*',
    createdAtMs: nowMs,
    expiresAtMs: expires === undefined ? null : nowMs + lifeMs(expires),
    temporary,
    note,
  });
  openKeys(settingsFrom({ ...options }, settingKeysUsed)).file.add(key);
  console.log(`SecretId   ${key.secretId}\nSecretKey  ${key.secretKey}`);
  if (key.token === null) {
    console.error('the SecretKey is not shown again');
  } else {
    console.log(`Token      ${key.token}`);
    console.error('the SecretKey and the Token are not shown again');
  }
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

function stateOf({ token, revokedAtMs, expiresAtMs }: Key, nowMs: number): string {
  const kind = token === null ? '' : 'temporary, ';
  if (revokedAtMs !== null) {
    return `${kind}revoked ${minuteText(revokedAtMs)}`;
  }
  if (expiresAtMs === null) {
    return `${kind}good`;
  }
  const minute = minuteText(expiresAtMs);
  return `${kind}${nowMs >= expiresAtMs ? 'expired' : 'good until'} ${minute}`;
}

/** Days would be too coarse for a key that lives for an hour. */
function minuteText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function lifeMs(text: string): number {
  const [, count = '', unit = ''] = LIFE.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? 0);
  if (ms < 1) {
    throw new AppError(
      'invalid_parameter',
      `--expires is ${shownValue(text)}: it takes minutes, hours or days, such as 90m, 2h or 30d`,
    );
  }
  return ms;
}
