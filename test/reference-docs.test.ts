import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  environmentNameOf,
  flagNameOf,
  secretSettingKeys,
  settingKeys,
  settingsSchema,
} from '../src/config/schema.ts';
import { AppError, type ErrorCode, errorTable } from '../src/domain/errors.ts';
import { encodeNativeError } from '../src/wire/native/encode-error.ts';
import { errorSpellingsV2 } from '../src/wire/v2/encode-error.ts';

function rowsOf(page: string): string[] {
  const text = readFileSync(new URL(`../docs/reference/${page}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.startsWith('| `'));
}

describe('the reference pages', () => {
  test('hold every setting with its names and its default, and no other', () => {
    const rows = settingKeys.map((key) => {
      const given = settingsSchema.shape[key].safeParse(undefined).data;
      const fallback = given === undefined ? 'unset' : `\`${String(given)}\``;
      const flag = secretSettingKeys.includes(key) ? 'none' : `\`${flagNameOf(key)}\``;
      const description = settingsSchema.shape[key].description ?? '';
      return `| \`${key}\` | ${flag} | \`${environmentNameOf(key)}\` | ${fallback} | ${description} |`;
    });
    expect(rowsOf('config.md')).toEqual(rows);
  });

  test('hold every error code with its status and its v2 spelling, and no other', () => {
    const codes = Object.keys(errorTable) as ErrorCode[];
    const rows = codes.map((code) => {
      const { status } = encodeNativeError(new AppError(code, ''));
      const { code: v2Code, codeDesc } = errorSpellingsV2[code];
      const again = errorTable[code].retryable ? 'yes' : 'no';
      return `| \`${code}\` | ${status} | ${v2Code} ${codeDesc} | ${again} |`;
    });
    expect(
      rowsOf('errors.md').map((row) => row.split('|').slice(0, 5).join('|').concat('|')),
    ).toEqual(rows);
  });
});
