// Every setting, once: its key, its kind, its default and what it is for. Flags, environment
// variables, the config file and docs/reference/config.md all follow from here.

import { z } from 'zod';
import { ingestLimitsDefault } from '../domain/limits.ts';
import type { Prices } from '../domain/prices.ts';
import type { RedactionRules } from '../domain/redaction-rule.ts';
import { parsePrices } from './prices.ts';
import { noRateLimits, parseRateLimits, type RateLimits } from './rate-limits.ts';
import { noRedactionRules, parseRedactionRules } from './redaction-rules.ts';

const text = () => z.string().min(1);
const whole = (min: number, max: number) =>
  z.preprocess(numberOfDigits, z.number().int().min(min).max(max));
const bytes = () => whole(1024, 2 ** 31);

const SECRET_MIN = 16;
/** As many digits as a variable may have. */
const READ_MAX = 10 ** 15 - 1;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

export const dataDirDefault = './.fnlog';

export const settingsSchema = z.strictObject({
  host: text().default('127.0.0.1').describe('Address to listen on.'),
  port: whole(0, 65_535).default(5280).describe('Port to listen on; 0 picks a free one.'),
  tlsCert: text()
    .optional()
    .describe(
      'With `tlsKey`: a PEM file of the certificate, its chain after it; fnlog then speaks https only.',
    ),
  tlsKey: text()
    .optional()
    .describe('The PEM file of the private key of `tlsCert`, without a passphrase.'),
  dataDir: text()
    .default(dataDirDefault)
    .describe('Directory of the keys and, with the embedded engine, of the records.'),
  clickhouseUrl: text()
    .optional()
    .describe(
      'A ClickHouse server, `http://user:password@host:8123/database`; the embedded engine where unset.',
    ),
  secretId: text()
    .optional()
    .describe(
      'With `secretKey`: a fixed first admin key. Where unset, one is made and shown once.',
    ),
  secretKey: z
    .string()
    .min(SECRET_MIN)
    .optional()
    .describe(`The SecretKey of \`secretId\`, at least ${SECRET_MIN} characters.`),
  server: text()
    .optional()
    .describe(
      'For commands that ask: the address of a running fnlog, such as http://127.0.0.1:5280.',
    ),
  timeZone: text()
    .refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai or UTC')
    .default('Asia/Shanghai')
    .describe('The zone in which the Tencent fronts print and read times.'),
  publicHosts: z
    .union([z.array(text()), text().transform((list) => list.split(',').map((one) => one.trim()))])
    .default(['scf.api.qcloud.com', 'scf.tencentcloudapi.com', 'tcb.tencentcloudapi.com'])
    .describe('Host names that a signature may be made for besides the Host header, by commas.'),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .describe('How much the server writes of its own log.'),
  v2WindowSeconds: whole(1, 86_400)
    .default(7_200)
    .describe('How far a v2 request’s Timestamp may be from the server’s clock.'),
  v3WindowSeconds: whole(1, 86_400)
    .default(300)
    .describe('How far a v3 request’s timestamp may be from the server’s clock.'),
  rateLimits: z
    .unknown()
    .transform(rateLimitsOf)
    .default(noRateLimits)
    .describe(
      'Calls a second that one key may make of an action, as in `GetFunctionLogs=20,*=100`; `*` is every action not named. An object in the config file.',
    ),
  redaction: z
    .unknown()
    .transform(redactionRulesOf)
    .default(noRedactionRules)
    .describe(
      'What is replaced in logs, messages and unknown fields on their way in, by namespace, as in `{"*":["email"]}`; `*` is every namespace. An object in the config file.',
    ),
  prices: z
    .unknown()
    .transform(pricesOf)
    .optional()
    .describe(
      'What runs cost, for statistics: `currency=USD,gbSecond=0.0000166667,millionRuns=0.2`. An object in the config file.',
    ),
  bodyBytesMax: bytes()
    .default(ingestLimitsDefault.bodyBytesMax)
    .describe('An ingest request’s body, before and after decompression.'),
  recordBytesMax: bytes()
    .default(ingestLimitsDefault.recordBytesMax)
    .describe('One ingested record as it came.'),
  logBytesMax: bytes()
    .default(ingestLimitsDefault.logBytesMax)
    .describe('The log text of one record; longer is cut at a character boundary and marked.'),
  waitingBytesMax: bytes()
    .default(ingestLimitsDefault.waitingBytesMax)
    .describe(
      'Bodies of ingest requests that are under way, all together; others wait unread for up to 20 s, then get 429.',
    ),
  identityWindowSeconds: whole(1, 31_622_400)
    .default(3_600)
    .describe('The same request id with starts further apart than this is another run.'),
  timeLimitSeconds: whole(1, 31_622_400)
    .default(900)
    .describe('How long a run may take whose record does not say its time limit.'),
  lostGraceSeconds: whole(0, 31_622_400)
    .default(60)
    .describe('A run without an end counts as lost so long after its time limit.'),
  queryDeadlineSeconds: whole(1, 3_600)
    .default(30)
    .describe(
      'A question that takes longer, waiting for its turn included, is ended with an error.',
    ),
  queryRowsMax: whole(0, READ_MAX)
    .default(1_000_000_000)
    .describe('Rows that one statement of a question may read; 0: any number.'),
  queryBytesMax: whole(0, READ_MAX)
    .default(32 * 1024 ** 3)
    .describe('Bytes, unpacked, that one statement of a question may read; 0: any number.'),
  querySecondsPerMinute: whole(0, 3_600)
    .default(0)
    .describe(
      'For how many seconds of a minute the questions of one key may keep the store busy, all of them together; 0: no bound.',
    ),
});

export type Settings = Readonly<z.output<typeof settingsSchema>>;
export type SettingKey = keyof Settings;

/** Settings of which one alone means nothing. */
export const settingPairs = [
  ['secretId', 'secretKey'],
  ['tlsCert', 'tlsKey'],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

export const settingKeys = Object.keys(settingsSchema.shape) as SettingKey[];

/** Never taken from a flag, which other users of the machine could read. */
export const secretSettingKeys: readonly SettingKey[] = ['secretId', 'secretKey'];

/** @returns the environment variable of a setting: dataDir is FNLOG_DATA_DIR */
export function environmentNameOf(key: SettingKey): string {
  return `FNLOG_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** @returns the flag of a setting: dataDir is --data-dir */
export function flagNameOf(key: SettingKey): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Digits alone: Number() would take an empty variable for 0. */
function numberOfDigits(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function rateLimitsOf(value: unknown, context: z.RefinementCtx): RateLimits {
  const parsed = parseRateLimits(value);
  if (!parsed.ok) {
    context.addIssue({ code: 'custom', message: parsed.reason });
    return z.NEVER;
  }
  return parsed.rateLimits;
}

function redactionRulesOf(value: unknown, context: z.RefinementCtx): RedactionRules {
  const parsed = parseRedactionRules(value);
  if (!parsed.ok) {
    context.addIssue({ code: 'custom', message: parsed.reason });
    return z.NEVER;
  }
  return parsed.rules;
}

function pricesOf(value: unknown, context: z.RefinementCtx): Prices {
  const parsed = parsePrices(value);
  if (!parsed.ok) {
    context.addIssue({ code: 'custom', message: parsed.reason });
    return z.NEVER;
  }
  return parsed.prices;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
