// An error as API 3.0 answers it, in the language that the caller asked for.

import type { AppError } from '../../domain/errors.ts';
import { type CodeV3, errorSpellingsV3, valueCodesV3 } from './error-spellings.ts';

export type Language = 'en-US' | 'zh-CN';

export interface ErrorV3 {
  readonly Code: CodeV3;
  readonly Message: string;
}

/** @param action as the caller named it; undefined where the request did not get that far */
export function encodeError(
  error: AppError,
  action: string | undefined,
  language: Language,
): ErrorV3 {
  const spelling = errorSpellingsV3[error.code];
  const ofAction = action === undefined ? undefined : lookUp(spelling.codeOf, action);
  const ofValue = error.code === 'invalid_parameter' ? codeOfValue(error, action) : undefined;
  return {
    Code: ofValue ?? ofAction ?? spelling.code,
    Message: language === 'zh-CN' ? (error.zh ?? spelling.zh) : (spelling.en ?? error.message),
  };
}

/** @param given what the caller sent; anything but Chinese is English, in any letter case */
export function readLanguage(given: string | undefined): Language {
  return given?.toLowerCase() === 'zh-cn' ? 'zh-CN' : 'en-US';
}

function codeOfValue({ details }: AppError, action = ''): CodeV3 | undefined {
  const parameter = String(details['parameter'] ?? '').replaceAll(/\.\d+(?=\.|$)/g, '.*');
  return lookUp(lookUp(valueCodesV3, action), parameter);
}

/** The caller chooses the name, so only what the table itself has counts. */
function lookUp<Value>(
  table: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
