// The certificate and the key that the server speaks https with. Every reason not to take them is
// a sentence that names the setting and the file; nothing of a key is repeated.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError } from '../domain/errors.ts';

/** Either form of a key that is kept under a passphrase. */
const ENCRYPTED = /^(?:-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m;

export interface TlsPaths {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** PEM texts that belong together. */
export interface TlsTexts {
  /** The server's certificate, and perhaps those that lead to its authority. */
  readonly cert: string;
  readonly key: string;
}

/**
 * @returns undefined where the settings name no files
 * @throws AppError invalid_setting
 */
export function readTlsFiles({ tlsCert, tlsKey }: TlsPaths): TlsTexts | undefined {
  if (tlsCert === undefined || tlsKey === undefined) {
    return undefined;
  }
  const cert = readText('tlsCert', tlsCert);
  const certificate = certificateOf(cert, tlsCert);
  const key = readText('tlsKey', tlsKey);
  if (!certificate.checkPrivateKey(privateKeyOf(key, tlsKey))) {
    throw invalid(
      'tlsKey',
      `the key in ${tlsKey} does not belong to the first certificate in ${tlsCert}`,
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    // Such as a broken certificate further down, or a key too short for this OpenSSL.
    throw invalid('tlsCert', `the file ${tlsCert} cannot be used (${codeOf(cause)})`);
  }
  return { cert, key };
}

function readText(setting: keyof TlsPaths, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw invalid(setting, `the file ${path} ${what}`);
  }
}

function certificateOf(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw invalid(
      'tlsCert',
      `the file ${path} holds no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----`,
    );
  }
}

function privateKeyOf(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    // The error itself goes nowhere: it stands too near to the key.
    throw invalid(
      'tlsKey',
      ENCRYPTED.test(text)
        ? `the key in ${path} is protected by a passphrase: one without is accepted`
        : `the file ${path} holds no private key as PEM, such as -----BEGIN PRIVATE KEY-----`,
    );
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'no reason given';
}

function invalid(setting: keyof TlsPaths, what: string): AppError {
  return new AppError('invalid_setting', `${setting}: ${what}`);
}
