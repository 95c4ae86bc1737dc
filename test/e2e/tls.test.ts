// The built program over https: whom it answers, how the commands on the same machine find it, and
// which files it refuses.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely, type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failToStart } from '../faults/failing-start.ts';
import { type Certificate, makeAuthority, makeServerCertificate } from '../support/certificates.ts';
import {
  programPath,
  type RunningServer,
  startServer,
  testAuthorization,
} from '../support/running-server.ts';

const VENDOR_HOSTS = ['scf.tencentcloudapi.com', 'tcb.tencentcloudapi.com', 'scf.api.qcloud.com'];
const ONE_SENTENCE = /^fnlog: [^\n]+\n$/;

let directory: string;
let authority: Certificate;
let authorityPath: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'fnlog-tls-'));
  authority = await makeAuthority('an authority of the tests');
  authorityPath = fileOf('authority.pem', authority.cert);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

function fileOf(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Writes both files. @returns the options of `serve` that name them */
function tlsArgs(name: string, { cert, key }: Certificate): string[] {
  const certPath = fileOf(`${name}.crt`, cert);
  return ['--tls-cert', certPath, '--tls-key', fileOf(`${name}.key`, key)];
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function fnlog(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, cwd: directory };
    execFile(process.execPath, [programPath, ...args], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function responseTo(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const [response] = (await once(getSecurely(url, options), 'response')) as [IncomingMessage];
  return response;
}

async function refusalOf(url: string, options: RequestOptions): Promise<string> {
  return await responseTo(url, options).then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe('a server with a certificate for the vendor’s names', () => {
  let server: RunningServer;
  let dataDir: string;
  const asVendor = () => ({ ca: authority.cert, servername: 'scf.tencentcloudapi.com' });

  beforeAll(async () => {
    dataDir = join(directory, 'vendor');
    const args = tlsArgs('vendor', await makeServerCertificate({ hosts: VENDOR_HOSTS }, authority));
    // Without a fixed key, so that the commands find one in the data directory.
    server = await startServer({ dataDir, args, fixedKey: false });
  });
  afterAll(async () => {
    expect(await server.process.stop()).toEqual({ code: 0, signal: null });
  });

  test('says that it speaks https', () => {
    expect(server.process.stdout).toMatch(/^fnlog listening on https:\/\/127\.0\.0\.1:\d+\n$/);
  });

  test('answers who trusts its authority, for each of its names', async () => {
    for (const servername of VENDOR_HOSTS) {
      const response = await responseTo(`${server.url}/healthz`, { ...asVendor(), servername });
      expect(response.statusCode).toBe(200);
      response.resume();
    }
    expect(await refusalOf(server.url, { servername: VENDOR_HOSTS[0] })).toMatch(
      /^UNABLE_TO_(?:VERIFY_LEAF|GET_ISSUER)/,
    );
    expect(await refusalOf(server.url, { ...asVendor(), servername: 'other.example' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  test('speaks TLS 1.2 and newer, and nothing without TLS', async () => {
    const url = `${server.url}/healthz`;
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const response = await responseTo(url, { ...asVendor(), maxVersion });
      expect(response.statusCode).toBe(200);
      response.resume();
    }
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    expect(await refusalOf(url, { ...asVendor(), ...old })).toMatch(/PROTOCOL_VERSION|EPROTO/);
    const plain = once(get(url.replace('https:', 'http:')), 'response');
    await expect(plain).rejects.toThrow();
    const response = await responseTo(url, asVendor());
    expect(await text(response)).not.toBe('');
  });

  test('is found by fnlog logs, through a file that its owner alone reads', async () => {
    const [, secretId, secretKey] =
      /SecretId +(\S+)\n +SecretKey +(\S+)/.exec(server.process.stderr) ?? [];
    const sent = request(`${server.url}/api/v1/invocations`, {
      ...asVendor(),
      method: 'POST',
      auth: `${secretId}:${secretKey}`,
    });
    sent.end('{"functionName":"secure","requestId":"r1","startTime":"2026-01-01T00:00:00Z"}');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(await json(response)).toMatchObject({ accepted: 1 });

    // The server holds the data directory: without it there would be no answer.
    const logs = await fnlog({ FNLOG_DATA_DIR: dataDir }, 'logs', 'secure', '-o', 'jsonl');
    expect(logs).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^all time: 1 of 1\n1 run stored, /),
    });
    expect(JSON.parse(logs.stdout)).toMatchObject({ functionName: 'secure', requestId: 'r1' });
    const file = join(dataDir, 'server.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('PRIVATE KEY');
  });
});

describe('a server named with --server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    const names = { addresses: ['127.0.0.1'], hosts: ['localhost'] };
    const args = tlsArgs('address', await makeServerCertificate(names, authority));
    server = await startServer({ dataDir: join(directory, 'address'), args });
  });
  afterAll(async () => {
    expect(await server.process.stop()).toEqual({ code: 0, signal: null });
  });

  test('is trusted by its authority, which NODE_EXTRA_CA_CERTS can name', async () => {
    const [FNLOG_SECRET_ID = '', FNLOG_SECRET_KEY = ''] = atob(
      testAuthorization.replace('Basic ', ''),
    ).split(':');
    const env = { FNLOG_SECRET_ID, FNLOG_SECRET_KEY, NODE_EXTRA_CA_CERTS: authorityPath };
    const ask = ['logs', '--server', server.url, '-o', 'jsonl'];
    expect(await fnlog(env, ...ask)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'all time: 0 of 0\n0 runs stored\n',
    });
    const stranger = await fnlog({ ...env, NODE_EXTRA_CA_CERTS: '' }, ...ask);
    expect(stranger).toMatchObject({ code: 1, stdout: '' });
    expect(stranger.stderr).toMatch(ONE_SENTENCE);
    expect(stranger.stderr).toContain(`the certificate of ${server.url} is not accepted`);
    expect(stranger.stderr).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('takes the 32 KB of API 3.0 in a request line, and no more than 64 KB', async () => {
    for (const [bytes, status] of [
      [32 * 1024, 200],
      [66 * 1024, 431],
    ] as const) {
      const url = `${server.url}/healthz?q=${'x'.repeat(bytes)}`;
      const response = await responseTo(url, { ca: authority.cert });
      expect(response.statusCode).toBe(status);
      response.resume();
    }
  });
});

describe('without the files of TLS', () => {
  test('a request line may be as long', async () => {
    const server = await startServer({ dataDir: join(directory, 'plain') });
    try {
      const ask = async (bytes: number) =>
        (await fetch(`${server.url}/healthz?q=${'x'.repeat(bytes)}`)).status;
      expect(await ask(32 * 1024)).toBe(200);
      expect(await ask(66 * 1024)).toBe(431);
    } finally {
      await server.process.stop();
    }
  });
});

describe('a file of TLS that is no use', () => {
  test('is named in one sentence that holds nothing of a key', async () => {
    const dataDir = join(directory, 'refused');
    const one = await makeServerCertificate({ hosts: VENDOR_HOSTS }, authority);
    const other = await makeServerCertificate({ hosts: VENDOR_HOSTS }, authority);
    const [, cert = '', , key = ''] = tlsArgs('one', one);
    const otherKey = fileOf('other.key', other.key);
    const missing = join(directory, 'missing.pem');
    for (const [certPath, keyPath, says] of [
      [missing, key, `tlsCert: the file ${missing} does not exist`],
      [cert, directory, `tlsKey: the file ${directory} cannot be read (EISDIR)`],
      [key, key, `tlsCert: the file ${key} holds no certificate`],
      [cert, cert, `tlsKey: the file ${cert} holds no private key`],
      [cert, otherKey, `tlsKey: the key in ${otherKey} does not belong to`],
    ] as const) {
      const args = ['--tls-cert', certPath, '--tls-key', keyPath];
      const stderr = await failToStart({ dataDir, args });
      expect(stderr).toMatch(ONE_SENTENCE);
      expect(stderr).toContain(says);
      for (const line of one.key.split('\n').slice(1, -2)) {
        expect(stderr).not.toContain(line);
      }
    }
    const alone = await failToStart({ dataDir, args: ['--tls-cert', cert] });
    expect(alone).toBe('fnlog: --tls-cert: tlsCert and tlsKey go together: give both or neither\n');
  });
});
