// Names that an API 3.0 client may send beside the parameters of an action (wire facts C.1).

import type { Parameter } from '../decode-parameters.ts';
import type { ParameterBranch } from './parameter-tree.ts';

const names: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'Region',
  'Timestamp',
  'Nonce',
  'SecretId',
  'Signature',
  'SignatureMethod',
  'Token',
  'Language',
  'RequestClient',
]);

/** The parameters of the action among those of the request; clients put others into JSON as well. */
export function withoutCommon(parameters: ParameterBranch): ParameterBranch {
  return new Map([...parameters].filter(([name]) => !names.has(name)));
}

/** @returns undefined where it is missing or empty */
export function commonParameter(
  parameters: readonly Parameter[],
  name: string,
): string | undefined {
  return parameters.find(([each]) => each === name)?.[1] || undefined;
}
