import { describe, expect, test } from 'vitest';
import { type ReporterOptions, type Settings, settingsOf } from './reporter-options.ts';

const key = { secretId: 'AKIDwrap', secretKey: 'a-secret-key-of-the-test' };
const url = 'http://127.0.0.1:5280';

function settings(options: ReporterOptions = {}, environment = {}): Settings {
  const found = settingsOf({ url, ...key, ...options }, environment);
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('the settings of a reporter', () => {
  test('come from the options, then the environment, then the defaults', () => {
    const environment = {
      FNLOG_URL: 'https://logs.example:8443/fnlog/?x=1',
      FNLOG_SECRET_ID: 'id',
      FNLOG_SECRET_KEY: 'key',
      SCF_FUNCTIONNAME: 'hello',
    };
    expect(settingsOf({}, environment)).toMatchObject({
      url: new URL('https://logs.example:8443/fnlog/'),
      authorization: `Basic ${btoa('id:key')}`,
      functionName: undefined,
      platform: { functionName: 'hello' },
      captureConsole: true,
      reportStarts: false,
      flushBeforeReturn: false,
      lingerMs: 200,
    });
    expect(settings({ functionName: 'own' }, environment)).toMatchObject({
      url: new URL(`${url}/`),
      functionName: 'own',
    });
  });

  test.each([
    [{}, 'url is missing'],
    [{ url: 'localhost' }, 'url is missing'],
    [{ url: 'ftp://h' }, 'url is missing'],
    [{ url }, 'the key is missing'],
    [{ url, secretId: 'a' }, 'the key is missing'],
    [{ url, secretId: 'a', secretKey: 5 }, 'the key is missing'],
  ])('%j are none, and that is said', (options, sentence) => {
    expect(settingsOf(options as ReporterOptions, {})).toContain(sentence);
  });

  test('never keep a password of the address', () => {
    const found = settings({ url: 'http://user:secret@h:1/p' });
    expect(found.url.href).toBe('http://h:1/p/');
  });

  test.each([
    [{ lingerMs: -1 }, { lingerMs: 200 }],
    [{ lingerMs: Number.NaN }, { lingerMs: 200 }],
    [{ logBytesMax: 1e9 }, { logBytesMax: 1024 * 1024 }],
    [{ queueRecordsMax: 0 }, { queueRecordsMax: 10_000 }],
    [{ resultBytesMax: 0 }, { resultBytesMax: 0 }],
    [{ spoolDir: false }, { spoolDir: undefined }],
  ])('%j are kept within bounds', (options, expected) => {
    expect(settings(options as ReporterOptions)).toMatchObject(expected);
  });

  test('name a spool directory for each address and each key, which gives neither away', () => {
    const dirs = [
      settings(),
      settings({ url: `${url}/other` }),
      settings({ secretId: 'AKIDother' }),
      settings({ spoolDir: '/var/spool/app' }),
      settings({ secretKey: 'changed' }),
    ].map(({ spoolDir }) => spoolDir);
    expect(new Set(dirs).size).toBe(4);
    expect(dirs[0]).toBe(dirs[4]);
    expect(dirs[3]).toMatch(/^\/var\/spool\/app\/fnlog-[\da-f]{12}$/);
    expect(dirs.join()).not.toMatch(/AKID|5280/);
  });
});
