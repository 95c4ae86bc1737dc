// What a signature check costs, and whether its time tells a right signature from a wrong one or a
// SecretId that exists from one that does not.

import { createKey, type Key } from '../src/auth/keys.ts';
import {
  hmac,
  TC3_SCHEME,
  type Tc3Request,
  tc3BodyHash,
  tc3SigningKey,
  tc3TextToSign,
} from '../src/auth/signature-tc3.ts';
import {
  hmacOf,
  signatureVariantsV2,
  signatureVariantsV3,
  textsToSign,
} from '../src/auth/signature-v1.ts';
import type { Parameter } from '../src/auth/signed-request.ts';
import { verifySignatureV1 } from '../src/auth/verify.ts';
import { verifySignatureTc3 } from '../src/auth/verify-tc3.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { quantile } from './quantile.ts';
import { type Report, showProgress, threeDigits } from './report.ts';

export interface SignatureBenchOptions {
  /** Measured rounds of each kind. */
  readonly rounds: number;
}

const CHECKS_A_ROUND = 500;
const WARM_UP_ROUNDS = 5;
const NOW_S = 1_795_436_966;
const HOST = '127.0.0.1:5280';
/** As a server with default settings tries them. */
const HOSTS = [
  HOST,
  '127.0.0.1',
  'scf.api.qcloud.com',
  'scf.tencentcloudapi.com',
  'tcb.tencentcloudapi.com',
];

const key = createKey({ role: 'read', namespaces: '*', createdAtMs: 0 });

const options = {
  keyRing: { find: (secretId: string) => (secretId === key.secretId ? key : undefined) },
  clock: { now: () => NOW_S * 1000 },
  windowMs: 300_000,
  publicHosts: [],
  replayGuard: undefined,
};

/** Checks a request once; false where it is refused. */
type Check = () => boolean;

interface Checks {
  readonly right: Check;
  readonly wrong: Check;
  readonly unknown: Check;
}

function tried(verify: () => Key): Check {
  return () => {
    try {
      return verify().secretId === key.secretId;
    } catch {
      return false;
    }
  };
}

function v1Checks(version: 2 | 3, algorithm: 'sha1' | 'sha256'): Checks {
  const path = version === 2 ? '/v2/index.php' : '/';
  const make = (secretId: string, secretKey: string): Check => {
    const parameters: Parameter[] = [
      ['Action', 'GetFunctionLogs'],
      ['Region', 'ap-guangzhou'],
      ['SecretId', secretId],
      ['Timestamp', String(NOW_S)],
      ['Nonce', '11886'],
      ['RequestClient', 'SDK_NODEJS_4.1.151'],
      ['SignatureMethod', algorithm === 'sha1' ? 'HmacSHA1' : 'HmacSHA256'],
      ['functionName', 'hello'],
      ['limit', '20'],
      ['orderby', 'duration'],
    ];
    const unsigned = { method: 'POST', host: HOST, path, parameters };
    const variants = version === 2 ? signatureVariantsV2(unsigned) : signatureVariantsV3;
    const [text = ''] = textsToSign(unsigned, HOSTS, variants);
    const signature = hmacOf(text, secretKey, algorithm).toString('base64');
    const request = { ...unsigned, parameters: [...parameters, ['Signature', signature] as const] };
    return tried(() => verifySignatureV1(request, HOSTS, variants, options));
  };
  return threeOf(make);
}

function tc3Checks(): Checks {
  const body = Buffer.from('{"FunctionName":"hello","Offset":0,"Limit":20,"OrderBy":"duration"}');
  return threeOf((secretId, secretKey) => {
    const request: Tc3Request = {
      method: 'POST',
      query: '',
      headers: {
        host: HOST,
        'content-type': 'application/json',
        'x-tc-timestamp': String(NOW_S),
      },
      body,
    };
    const date = new Date(NOW_S * 1000).toISOString().slice(0, 10);
    const scope = { secretId, date, service: '127', signedHeaders: ['content-type', 'host'] };
    const text = tc3TextToSign(
      request,
      { ...scope, signature: Buffer.alloc(0) },
      { host: HOST, timestampS: NOW_S, bodyHash: tc3BodyHash(request) },
    );
    const signature = hmac(tc3SigningKey(secretKey, scope), text).toString('hex');
    const authorization = `${TC3_SCHEME} Credential=${secretId}/${date}/127/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`;
    return tried(() => verifySignatureTc3(request, authorization, HOSTS, options));
  });
}

function threeOf(make: (secretId: string, secretKey: string) => Check): Checks {
  return {
    right: make(key.secretId, key.secretKey),
    wrong: make(key.secretId, 'another secret key of the bench'),
    unknown: make('AKIDnobody', key.secretKey),
  };
}

/** @throws Error where a right signature is refused or another one taken: then no figure counts */
export function runSignatureBench({ rounds }: SignatureBenchOptions): Report {
  const kinds: readonly (readonly [string, Checks])[] = [
    ['API 2.0, HmacSHA1', v1Checks(2, 'sha1')],
    ['API 2.0, HmacSHA256', v1Checks(2, 'sha256')],
    ['API 3.0, TC3-HMAC-SHA256', tc3Checks()],
    ['API 3.0, HmacSHA1', v1Checks(3, 'sha1')],
    ['API 3.0, HmacSHA256', v1Checks(3, 'sha256')],
  ];
  const load = describeLoad();
  const raw = kinds.map(([name, checks]) => ({ name, ...measure(name, checks, rounds) }));
  return {
    notes: [
      `Machine: ${describeMachine()}; load average before ${load}, after ${describeLoad()}.`,
      `Each figure: the median of ${rounds} rounds of ${CHECKS_A_ROUND} checks, the three kinds in turn.`,
    ],
    columns: ['signature', 'right, µs', 'p99 µs', 'wrong / right', 'unknown SecretId / right'],
    rows: raw.map(({ name, right, p99, wrong, unknown }) => [
      name,
      threeDigits(right),
      threeDigits(p99),
      threeDigits(wrong / right),
      threeDigits(unknown / right),
    ]),
    raw,
  };
}

function measure(name: string, { right, wrong, unknown }: Checks, rounds: number) {
  if (!right() || wrong() || unknown()) {
    throw new Error(`${name}: the checks do not say what they should`);
  }
  showProgress(`signatures: ${name}`);
  const times: Record<'right' | 'wrong' | 'unknown', number[]> = {
    right: [],
    wrong: [],
    unknown: [],
  };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const [kind, check] of [
      ['right', right],
      ['wrong', wrong],
      ['unknown', unknown],
    ] as const) {
      const perCheckUs = timeOf(check);
      if (round >= 0) {
        times[kind].push(perCheckUs);
      }
    }
  }
  return {
    right: quantile(times.right, 0.5),
    p99: quantile(times.right, 0.99),
    wrong: quantile(times.wrong, 0.5),
    unknown: quantile(times.unknown, 0.5),
  };
}

/** @returns microseconds a check */
function timeOf(check: Check): number {
  const begin = performance.now();
  for (let done = 0; done < CHECKS_A_ROUND; done += 1) {
    check();
  }
  return ((performance.now() - begin) * 1000) / CHECKS_A_ROUND;
}
