// The one time that a SecretKey is shown.

import type { Key } from '../auth/keys.ts';

export function firstKeyText(key: Key, path: string): string {
  return [
    `a first admin key was made; it is shown this once and kept in ${path}`,
    `  SecretId   ${key.secretId}`,
    `  SecretKey  ${key.secretKey}`,
  ].join('\n');
}
