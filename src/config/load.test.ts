import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import { type LoadOptions, loadSettings } from './load.ts';

let dir: string;
let written = 0;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fnlog-config-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

function fileOf(content: unknown): string {
  written += 1;
  const path = join(dir, `${written}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function load(given: Partial<LoadOptions> = {}) {
  return loadSettings({ flags: {}, environment: {}, ...given });
}

function refusalOf(given: Partial<LoadOptions>): string {
  try {
    load(given);
  } catch (error) {
    if (error instanceof AppError) {
      expect(error.code).toBe('invalid_setting');
      return error.message;
    }
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  test('have defaults', () => {
    expect(load()).toMatchObject({
      host: '127.0.0.1',
      port: 5280,
      dataDir: './.fnlog',
      timeZone: 'Asia/Shanghai',
      publicHosts: ['scf.api.qcloud.com', 'scf.tencentcloudapi.com', 'tcb.tencentcloudapi.com'],
      logLevel: 'info',
      v2WindowSeconds: 7_200,
      v3WindowSeconds: 300,
      identityWindowSeconds: 3_600,
    });
    expect(load().clickhouseUrl).toBeUndefined();
    expect(load().tlsCert).toBeUndefined();
    expect(Object.keys(load().rateLimits)).toEqual([]);
  });

  test('come from the flag before the environment before the file before the default', () => {
    const configFile = fileOf({ port: 1, host: 'file', dataDir: 'file', logLevel: 'debug' });
    const environment = { FNLOG_PORT: '2', FNLOG_HOST: 'environment', FNLOG_DATA_DIR: 'own' };
    const flags = { port: '3', dataDir: 'flag' };
    expect(load({ configFile, environment, flags })).toMatchObject({
      port: 3,
      dataDir: 'flag',
      host: 'environment',
      logLevel: 'debug',
      timeZone: 'Asia/Shanghai',
    });
  });

  test('do not come from a flag that was not given', () => {
    const environment = { FNLOG_PORT: '2' };
    expect(load({ environment, flags: { port: undefined } }).port).toBe(2);
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(load())).toBe(true);
  });

  test('may be a number or digits, a list or text with commas', () => {
    const fromFile = load({ configFile: fileOf({ port: 0, publicHosts: ['a', 'b'] }) });
    expect(fromFile).toMatchObject({ port: 0, publicHosts: ['a', 'b'] });
    const environment = { FNLOG_PORT: '0', FNLOG_PUBLIC_HOSTS: 'a, b' };
    expect(load({ environment })).toMatchObject({ port: 0, publicHosts: ['a', 'b'] });
  });

  test('may give rates as text or as an object', () => {
    const rateLimits = { GetFunctionLogs: 20, '*': 100 };
    const environment = { FNLOG_RATE_LIMITS: 'GetFunctionLogs=20,*=100' };
    expect(load({ configFile: fileOf({ rateLimits }) }).rateLimits).toEqual(rateLimits);
    expect(load({ environment }).rateLimits).toEqual(rateLimits);
    const flags = { rateLimits: '*=5' };
    expect(load({ environment, flags }).rateLimits).toEqual({ '*': 5 });
  });

  test('may name the file in the environment, and a flag names another', () => {
    const environment = { FNLOG_CONFIG: fileOf({ port: 1 }) };
    expect(load({ environment }).port).toBe(1);
    expect(load({ environment, configFile: fileOf({ port: 2 }) }).port).toBe(2);
  });

  test('leave other programs their variables', () => {
    expect(load({ environment: { PORT: '1', FNLOGPORT: '2', HOME: '/' } }).port).toBe(5280);
  });
});

describe('a name that is no setting', () => {
  test('is refused in the environment with the names that are', () => {
    const message = refusalOf({ environment: { FNLOG_PROT: '1' } });
    expect(message).toContain('no setting FNLOG_PROT');
    expect(message).toContain('FNLOG_PORT');
  });

  test.each(['prot', 'FNLOG_PORT', '__proto__', 'toString'])(
    'is refused in the file: %s',
    (key) => {
      const configFile = fileOf(`{${JSON.stringify(key)}: 1}`);
      const message = refusalOf({ configFile });
      expect(message).toContain(`no setting "${key}" in ${configFile}`);
      expect(message).toContain('port');
    },
  );

  test('is refused among the flags', () => {
    expect(refusalOf({ flags: { prot: '1' } })).toContain('no setting "prot"');
  });
});

describe('a value that is not accepted', () => {
  test('is named by the place that gave it', () => {
    const configFile = fileOf({ port: 70_000, host: 'ok' });
    const environment = { FNLOG_PORT: '70000' };
    expect(refusalOf({ configFile })).toMatch(`port in ${configFile}: `);
    expect(refusalOf({ configFile, environment })).toMatch(/^FNLOG_PORT: .*65535/);
    expect(refusalOf({ configFile, environment, flags: { port: '70000' } })).toMatch(
      /^--port: .*65535/,
    );
  });

  test.each([
    ['FNLOG_PORT', ''],
    ['FNLOG_PORT', ' '],
    ['FNLOG_PORT', 'http'],
    ['FNLOG_PORT', '-1'],
    ['FNLOG_PORT', '1.5'],
    ['FNLOG_PORT', '0x10'],
    ['FNLOG_HOST', ''],
    ['FNLOG_DATA_DIR', ''],
    ['FNLOG_TIME_ZONE', 'Shanghai'],
    ['FNLOG_LOG_LEVEL', 'loud'],
    ['FNLOG_BODY_BYTES_MAX', '1'],
    ['FNLOG_V2_WINDOW_SECONDS', '0'],
    ['FNLOG_V3_WINDOW_SECONDS', '86401'],
    ['FNLOG_RATE_LIMITS', ''],
    ['FNLOG_RATE_LIMITS', 'GetFunctionLogs'],
    ['FNLOG_TLS_CERT', ''],
    ['FNLOG_PUBLIC_HOSTS', ''],
  ])('of %s is refused where it is %j', (name, value) => {
    expect(refusalOf({ environment: { [name]: value } })).toMatch(`${name}: `);
  });

  test.each([null, true, [], {}, '', 1.5])('of port in the file is refused: %j', (port) => {
    const configFile = fileOf({ port });
    expect(refusalOf({ configFile })).toMatch(`port in ${configFile}: `);
  });
});

describe('a config file', () => {
  test.each([
    ['is not there', () => join(dir, 'missing.json'), 'cannot be read'],
    ['is a directory', () => dir, 'cannot be read'],
    ['is not JSON', () => fileOf('port: 1'), 'is not valid JSON'],
    ['holds an array', () => fileOf([]), 'must hold one JSON object'],
    ['holds null', () => fileOf(null), 'must hold one JSON object'],
  ])('that %s is refused by its name', (_what, make, why) => {
    const configFile = make();
    expect(refusalOf({ configFile })).toBe(`the config file ${configFile} ${why}`);
  });
});

describe('the fixed key', () => {
  const secretId = 'AKIDexample';
  const secretKey = 'a-secret-of-the-test';

  test('is both of its halves', () => {
    const environment = { FNLOG_SECRET_ID: secretId, FNLOG_SECRET_KEY: secretKey };
    expect(load({ environment })).toMatchObject({ secretId, secretKey });
    expect(refusalOf({ environment: { FNLOG_SECRET_ID: secretId } })).toBe(
      'FNLOG_SECRET_ID: secretId and secretKey go together: give both or neither',
    );
    expect(refusalOf({ environment: { FNLOG_SECRET_KEY: secretKey } })).toBe(
      'FNLOG_SECRET_KEY: secretId and secretKey go together: give both or neither',
    );
  });

  test('is not shown where it is refused', () => {
    const short = 'short-secret';
    const environment = { FNLOG_SECRET_ID: secretId, FNLOG_SECRET_KEY: short };
    expect(refusalOf({ environment })).toMatch(/^FNLOG_SECRET_KEY: /);
    expect(refusalOf({ environment })).not.toContain(short);
    const configFile = fileOf({ secretId, secretKey: short });
    expect(refusalOf({ configFile })).toMatch(`secretKey in ${configFile}: `);
    expect(refusalOf({ configFile })).not.toContain(short);
  });
});

describe('the files of TLS', () => {
  test('are given both or neither, whatever the place', () => {
    const configFile = fileOf({ tlsKey: 'k.pem' });
    const environment = { FNLOG_TLS_CERT: 'c.pem' };
    expect(load({ configFile, environment })).toMatchObject({ tlsCert: 'c.pem', tlsKey: 'k.pem' });
    const why = 'tlsCert and tlsKey go together: give both or neither';
    expect(refusalOf({ environment })).toBe(`FNLOG_TLS_CERT: ${why}`);
    expect(refusalOf({ flags: { tlsCert: 'c.pem' } })).toBe(`--tls-cert: ${why}`);
    expect(refusalOf({ configFile })).toBe(`tlsKey in ${configFile}: ${why}`);
  });
});

describe('a rate that is not accepted', () => {
  test('is named with the setting and what is accepted', () => {
    expect(refusalOf({ flags: { rateLimits: 'GetFunctionLogs=0' } })).toBe(
      '--rate-limits: GetFunctionLogs is "0"; a whole number from 1 to 1000000 a second is accepted',
    );
    const configFile = fileOf({ rateLimits: [] });
    expect(refusalOf({ configFile })).toMatch(`rateLimits in ${configFile}: "[]" is not accepted`);
  });
});
