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
import { errorSpellingsV3, valueCodesV3 } from '../src/wire/v3/error-spellings.ts';

function rowsOf(page: string): string[] {
  const text = readFileSync(new URL(`../docs/reference/${page}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.startsWith('| `'));
}

/** No value, or an object without an entry. */
function isUnset(value: unknown): boolean {
  return typeof value === 'object' ? Object.keys(value ?? {}).length === 0 : value === undefined;
}

describe('the reference pages', () => {
  test('hold every setting with its names and its default, and no other', () => {
    const rows = settingKeys.map((key) => {
      const given = settingsSchema.shape[key].safeParse(undefined).data;
      const fallback = isUnset(given) ? 'unset' : `\`${String(given)}\``;
      const flag = secretSettingKeys.includes(key) ? 'none' : `\`${flagNameOf(key)}\``;
      const description = settingsSchema.shape[key].description ?? '';
      return `| \`${key}\` | ${flag} | \`${environmentNameOf(key)}\` | ${fallback} | ${description} |`;
    });
    expect(rowsOf('config.md')).toEqual(rows);
  });

  test('hold every error code with its status and both vendor spellings, and no other', () => {
    const codes = Object.keys(errorTable) as ErrorCode[];
    const rows = codes.map((code) => {
      const { status } = encodeNativeError(new AppError(code, ''));
      const { code: v2Code, codeDesc } = errorSpellingsV2[code];
      const again = errorTable[code].retryable ? 'yes' : 'no';
      const v3 = errorSpellingsV3[code].code;
      return `| \`${code}\` | ${status} | ${v2Code} ${codeDesc} | ${v3} | ${again} |`;
    });
    expect(
      rowsOf('errors.md').map((row) => row.split('|').slice(0, 6).join('|').concat('|')),
    ).toEqual(rows);
  });

  test('hold every code of API 3.0 that an action has for itself, and no other', () => {
    const rows = new Set<string>();
    for (const [code, { codeOf = {} }] of Object.entries(errorSpellingsV3)) {
      for (const [action, spelled] of Object.entries(codeOf)) {
        rows.add(`| \`${action}\` | \`${code}\` | ${spelled} |`);
      }
    }
    for (const [action, codes] of Object.entries(valueCodesV3)) {
      for (const [parameter, spelled] of Object.entries(codes)) {
        rows.add(`| \`${action}\` | \`invalid_parameter\` of ${parameter} | ${spelled} |`);
      }
    }
    const written = rowsOf('api-v3.md').filter((row) => /\| [A-Z]\w+\.\w+ \|$/.test(row));
    expect(written.sort()).toEqual([...rows].sort());
  });
});
