import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeAuthority, makeServerCertificate } from '../../test/support/certificates.ts';
import { AppError } from '../domain/errors.ts';
import { readTlsFiles } from './tls-files.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fnlog-tls-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function fileOf(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

function refusalOf(tlsCert: string, tlsKey: string): AppError {
  try {
    readTlsFiles({ tlsCert, tlsKey });
  } catch (error) {
    if (error instanceof AppError) {
      expect(error.code).toBe('invalid_setting');
      expect(error.message).not.toContain('\n');
      return error;
    }
    throw error;
  }
  throw new Error('the files were accepted');
}

describe('the files of TLS', () => {
  test('are none where the settings name none', () => {
    expect(readTlsFiles({})).toBeUndefined();
  });

  test('are read as they are', async () => {
    const authority = await makeAuthority('an authority');
    const { cert, key } = await makeServerCertificate({ hosts: ['a.example'] }, authority);
    const chain = `${cert}\n${authority.cert}`;
    const paths = { tlsCert: fileOf('cert.pem', chain), tlsKey: fileOf('key.pem', key) };
    expect(readTlsFiles(paths)).toEqual({ cert: chain, key });
  });

  test('may be one file', async () => {
    const { cert, key } = await makeServerCertificate({ hosts: ['a.example'] });
    const path = fileOf('both.pem', `${key}${cert}`);
    expect(readTlsFiles({ tlsCert: path, tlsKey: path })?.key).toContain(key);
  });
});

describe('files of TLS that are no use', () => {
  test('are named with the setting: missing, unreadable, no PEM', async () => {
    const { cert, key } = await makeServerCertificate({ hosts: ['a.example'] });
    const [good, goodKey] = [fileOf('cert.pem', cert), fileOf('key.pem', key)];
    const missing = join(dir, 'missing.pem');
    const text = fileOf('text.pem', 'no PEM at all');
    const cut = fileOf('cut.pem', key.slice(0, key.length / 2));
    expect(refusalOf(missing, goodKey).message).toBe(`tlsCert: the file ${missing} does not exist`);
    expect(refusalOf(good, missing).message).toBe(`tlsKey: the file ${missing} does not exist`);
    expect(refusalOf(dir, goodKey).message).toBe(
      `tlsCert: the file ${dir} cannot be read (EISDIR)`,
    );
    expect(refusalOf(text, goodKey).message).toContain(`tlsCert: the file ${text} holds no cert`);
    expect(refusalOf(goodKey, goodKey).message).toContain('holds no certificate as PEM');
    expect(refusalOf(good, text).message).toContain(`tlsKey: the file ${text} holds no private`);
    expect(refusalOf(good, cut).message).toContain('holds no private key as PEM');
    expect(refusalOf(good, good).message).toContain('holds no private key as PEM');
  });

  test('are named where the two do not belong together', async () => {
    const { cert } = await makeServerCertificate({ hosts: ['a.example'] });
    const { key } = await makeServerCertificate({ hosts: ['a.example'] });
    const [tlsCert, tlsKey] = [fileOf('cert.pem', cert), fileOf('key.pem', key)];
    expect(refusalOf(tlsCert, tlsKey).message).toBe(
      `tlsKey: the key in ${tlsKey} does not belong to the first certificate in ${tlsCert}`,
    );
  });

  test('are named where the chain behind the certificate is broken', async () => {
    const { cert, key } = await makeServerCertificate({ hosts: ['a.example'] });
    const begin = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const tlsCert = fileOf('cert.pem', `${cert}\n${begin}`);
    expect(refusalOf(tlsCert, fileOf('key.pem', key)).message).toMatch(
      /^tlsCert: the file .*cert\.pem cannot be used \(ERR_\w+\)$/,
    );
  });

  test.each([
    ['pkcs8', /^-----BEGIN ENCRYPTED PRIVATE KEY-----/],
    ['pkcs1', /^Proc-Type: 4,ENCRYPTED/m],
  ] as const)('are named where the key asks for a passphrase: %s', async (type, form) => {
    const { cert } = await makeServerCertificate({ hosts: ['a.example'] });
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' },
    });
    expect(privateKey).toMatch(form);
    const tlsKey = fileOf('key.pem', privateKey);
    const error = refusalOf(fileOf('cert.pem', cert), tlsKey);
    expect(error.message).toBe(
      `tlsKey: the key in ${tlsKey} is protected by a passphrase: one without is accepted`,
    );
    expect(error.cause).toBeUndefined();
  });
});
