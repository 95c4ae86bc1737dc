// The v1 signature scheme: which text a client signs, and its HMAC (wire facts A.4). How clients
// differ is data, so that API 3.0's use of the same scheme (C.3) is another list of variants.

import { createHmac } from 'node:crypto';
import type { SignatureAlgorithm } from './common-parameters.ts';
import type { Parameter, SignedRequest } from './signed-request.ts';

/** One client's reading of the rules. */
export interface SignatureV1Variant {
  /** What becomes of `_` in a name, after sorting. */
  readonly underscores: 'kept' | 'dots' | 'dots-unless-leading';
  /** Whether parameters whose value starts with `@` (once: files) are part of the text. */
  readonly atValues: 'signed' | 'left-out';
  /** Whether parameters without a value are part of the text. */
  readonly emptyValues: 'signed' | 'left-out';
}

const SIGNATURE = 'Signature';

/**
 * The readings that API 2.0 clients have of a request. Node's and PHP's leave a name that starts
 * with `_` alone while Python's replaces every `_`. Values that start with `@` are left out of a
 * POST only, and Node's client signs even those where the request has a Version.
 */
export function signatureVariantsV2(request: SignedRequest): readonly SignatureV1Variant[] {
  const atValues = atValuesTried(request);
  return atValues.flatMap((at): SignatureV1Variant[] => [
    { underscores: 'dots-unless-leading', atValues: at, emptyValues: 'signed' },
    { underscores: 'dots', atValues: at, emptyValues: 'signed' },
  ]);
}

function atValuesTried(request: SignedRequest): readonly SignatureV1Variant['atValues'][] {
  if (request.method !== 'POST') {
    return ['signed'];
  }
  const hasVersion = request.parameters.some(([name]) => name === 'Version');
  return hasVersion ? ['signed', 'left-out'] : ['left-out'];
}

/**
 * Every text that a client may have signed for this request, each once, the likeliest first.
 *
 * @param hosts host names that the client may have been configured with
 */
export function textsToSign(
  request: SignedRequest,
  hosts: readonly string[],
  variants: readonly SignatureV1Variant[],
): readonly string[] {
  const sorted = sortedByName(request.parameters);
  const joined = new Set(variants.map((variant) => joinedParameters(sorted, variant)));
  const texts = new Set<string>();
  for (const host of hosts) {
    for (const parameters of joined) {
      texts.add(`${request.method}${host}${request.path}?${parameters}`);
    }
  }
  return [...texts];
}

/**
 * The readings that API 3.0 clients have. Its own leave names with underscores alone; those that
 * come from API 2.0 write dots. Go's sends parameters without a value and does not sign them; here
 * such a one is as good as left out. Values with a leading `@` are always signed.
 */
export const signatureVariantsV3: readonly SignatureV1Variant[] = [
  { underscores: 'kept', atValues: 'signed', emptyValues: 'signed' },
  { underscores: 'kept', atValues: 'signed', emptyValues: 'left-out' },
  { underscores: 'dots-unless-leading', atValues: 'signed', emptyValues: 'signed' },
  { underscores: 'dots', atValues: 'signed', emptyValues: 'signed' },
];

/** The HMAC of the text in UTF-8, under the SecretKey as it is. */
export function hmacOf(text: string, secretKey: string, algorithm: SignatureAlgorithm): Buffer {
  return createHmac(algorithm, secretKey).update(text, 'utf8').digest();
}

function sortedByName(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters
    .filter(([name]) => name !== SIGNATURE && name !== '')
    .map((parameter) => ({ parameter, bytes: Buffer.from(parameter[0], 'utf8') }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ parameter }) => parameter);
}

function joinedParameters(sorted: readonly Parameter[], variant: SignatureV1Variant): string {
  const leavesAt = variant.atValues === 'left-out';
  const leavesEmpty = variant.emptyValues === 'left-out';
  return sorted
    .filter(([, value]) => !(leavesAt && value.startsWith('@')))
    .filter(([, value]) => !(leavesEmpty && value === ''))
    .map(([name, value]) => `${nameAsSigned(name, variant.underscores)}=${value}`)
    .join('&');
}

function nameAsSigned(name: string, underscores: SignatureV1Variant['underscores']): string {
  switch (underscores) {
    case 'kept':
      return name;
    case 'dots':
      return name.replaceAll('_', '.');
    case 'dots-unless-leading':
      return name.startsWith('_') ? name : name.replaceAll('_', '.');
  }
}
