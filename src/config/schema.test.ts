import { describe, expect, test } from 'vitest';
import { environmentNameOf, flagNameOf, settingKeys, settingsSchema } from './schema.ts';

describe('a setting', () => {
  test.each([
    ['host', '--host', 'FNLOG_HOST'],
    ['dataDir', '--data-dir', 'FNLOG_DATA_DIR'],
    ['clickhouseUrl', '--clickhouse-url', 'FNLOG_CLICKHOUSE_URL'],
    ['v2WindowSeconds', '--v2-window-seconds', 'FNLOG_V2_WINDOW_SECONDS'],
    ['tlsCert', '--tls-cert', 'FNLOG_TLS_CERT'],
    ['rateLimits', '--rate-limits', 'FNLOG_RATE_LIMITS'],
  ] as const)('%s is the flag %s and the variable %s', (key, flag, variable) => {
    expect(flagNameOf(key)).toBe(flag);
    expect(environmentNameOf(key)).toBe(variable);
  });

  test('has a flag and a variable that no other has', () => {
    expect(new Set(settingKeys.map(flagNameOf)).size).toBe(settingKeys.length);
    expect(new Set(settingKeys.map(environmentNameOf)).size).toBe(settingKeys.length);
  });

  test.each(settingKeys)('%s says what it is for', (key) => {
    expect(settingsSchema.shape[key].description).toMatch(/^[A-Z].+\.$/);
  });

  test.each(settingKeys.filter((key) => /(?:Max|Seconds)$/.test(key)))(
    '%s has its unit in its name',
    (key) => {
      expect(key).toMatch(/(?:BytesMax|RowsMax|Seconds)$/);
    },
  );
});
