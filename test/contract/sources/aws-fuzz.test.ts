// Whatever comes instead of what AWS documents: the decoders say why it is nothing, or make
// fragments of it that ingest takes. They never throw anything else, and never take for ever.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import type { FragmentCandidate } from '../../../src/domain/fragment.ts';
import { checkFragment } from '../../../src/ingest/check-fragment.ts';
import { awslogsData } from '../../../src/wire/data-envelope.ts';
import {
  decodeCloudwatch,
  decodeCloudwatchParts,
} from '../../../src/wire/lambda/decode-cloudwatch.ts';
import { decodeTelemetry } from '../../../src/wire/lambda/decode-telemetry.ts';
import { decodeCommonAttributes, decodeFirehose } from '../../../src/wire/lambda/firehose.ts';

const numRuns = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 500);
const options = { namespace: 'default', recordBytesMax: 1024 * 1024 };
const withStream = { ...options, functionName: 'fuzzed', stream: 'one' };

function firehose(bytes: Buffer): Iterable<FragmentCandidate> {
  return decodeCloudwatchParts(decodeFirehose(bytes, options), options);
}

function awslogs(bytes: Buffer): Iterable<FragmentCandidate> {
  return decodeCloudwatch(awslogsData(bytes) ?? bytes, options);
}

const decoders: Readonly<Record<string, (bytes: Buffer) => Iterable<FragmentCandidate>>> = {
  'lambda-telemetry': (bytes) => decodeTelemetry(bytes, withStream),
  'lambda-telemetry without parameters': (bytes) => decodeTelemetry(bytes, options),
  cloudwatch: (bytes) => decodeCloudwatch(bytes, options),
  awslogs,
  firehose,
};

/** Bodies of the documented shapes. */
const documented = ['lambda', 'cloudwatch'].flatMap((directory) => {
  const path = join(dirname(fileURLToPath(import.meta.url)), directory);
  return readdirSync(path).flatMap((name) => {
    const text = readFileSync(join(path, name), 'utf8');
    const { requests } = JSON.parse(text) as { requests: { body: unknown }[] };
    const bodies = requests.map(({ body }) => body);
    return [...bodies, ...bodies.map(asDelivery), ...bodies.map(asSubscriberEvent)];
  });
});

function asDelivery(body: unknown): object {
  const data = Buffer.from(JSON.stringify(body)).toString('base64');
  return { requestId: 'one', timestamp: 1, records: [{ data }, { data }] };
}

function asSubscriberEvent(body: unknown): object {
  return { awslogs: { data: Buffer.from(JSON.stringify(body)).toString('base64') } };
}

function assertHarmless(
  decode: (bytes: Buffer) => Iterable<FragmentCandidate>,
  bytes: Buffer,
): void {
  let count = 0;
  try {
    for (const candidate of decode(bytes)) {
      count += 1;
      assertUsable(candidate);
    }
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
  }
  expect(count).toBeLessThanOrEqual(bytes.length + 1);
}

function assertUsable(candidate: FragmentCandidate): void {
  if (!('fragment' in candidate)) {
    if (candidate.line < 1 || candidate.unreadable === '') {
      throw new Error(`a rejection says too little: ${JSON.stringify(candidate)}`);
    }
    return;
  }
  expect(checkFragment(candidate.fragment, 'fuzz')).toMatchObject({ ok: true });
  JSON.stringify(candidate.fragment, (_name, value: unknown) => {
    if (typeof value === 'string' && !value.isWellFormed()) {
      throw new Error(`half a surrogate pair is left in ${JSON.stringify(value)}`);
    }
    return value;
  });
}

const oddText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'platform.start',
    'platform.report',
    'DATA_MESSAGE',
    '\ud800',
    '{"type":"platform.start","record":{"requestId":"\\ud800"}}',
    'START RequestId: x Version: \ud800\n',
    'REPORT RequestId: x\tDuration: 1 ms\tError Type: \ud800\tStatus: error\n',
    'RequestId: 8f1c0a52-7d11-4a0e-9b5e-2f6f0c1d9a01 Error: \ud800',
    'INIT_START Runtime Version: x',
  ),
);

const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  oddText,
  fc.constantFrom(null, -1, 0, 1e308, 2 ** 53, '', [], {}),
);

/** The value with one of its parts, wherever it stands, put in place of by another. */
function mutated(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) {
    return by;
  }
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const keys = Object.keys(copy);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key !== undefined) {
    Reflect.set(copy, key, mutated(Reflect.get(copy, key), rest, by));
  }
  return copy;
}

const path = fc.array(fc.nat(30), { maxLength: 6 });

describe.each(Object.entries(decoders))('%s', (_name, decode) => {
  test('takes no harm from bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const beginning = fc.constantFrom('', '[', '{', '{"records":[', '{"logEvents":[', '[{"type":"');
    fc.assert(
      fc.property(beginning, bytes, (first, rest) => {
        assertHarmless(decode, Buffer.concat([Buffer.from(first), rest]));
      }),
      { numRuns },
    );
  });

  test('takes no harm from JSON', () => {
    fc.assert(
      fc.property(fc.array(oddValue, { maxLength: 5 }), fc.boolean(), (values, isArray) => {
        const text = isArray
          ? JSON.stringify(values)
          : values.map((one) => JSON.stringify(one)).join();
        assertHarmless(decode, Buffer.from(text));
      }),
      { numRuns },
    );
  });

  test('takes no harm from documented bodies with something else in them', () => {
    const changes = fc.array(fc.tuple(path, oddValue), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...documented), changes, (body, list) => {
        const changed = list.reduce((value, [at, by]) => mutated(value, at, by), body as unknown);
        assertHarmless(decode, Buffer.from(JSON.stringify(changed)));
      }),
      { numRuns },
    );
  });

  test('takes no harm from documented bodies with bytes lost, changed and doubled', () => {
    const cut = fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.constantFrom(...documented), fc.array(cut, { maxLength: 4 }), (body, cuts) => {
        let bytes = Buffer.from(JSON.stringify(body));
        for (const [place, length, instead] of cuts) {
          const at = place % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, at), instead, bytes.subarray(at + length)]);
        }
        assertHarmless(decode, bytes);
      }),
      { numRuns },
    );
  });

  test('comes to an end with what is long and odd', () => {
    const size = 200_000;
    const long = [
      '{'.repeat(size),
      '['.repeat(size),
      '"'.repeat(size),
      `"${'\\'.repeat(size)}`,
      `{"a":"${'\\"'.repeat(size)}`,
      '{}'.repeat(size),
      `[{"time":"2026-01-01T00:00:00Z","type":"function","record":${'[{"a":'.repeat(size)}`,
      `[{"time":"2026-01-01T00:00:00Z","type":"function","record":{"a":${'['.repeat(size)}${']'.repeat(size)}}}]`,
      JSON.stringify([
        { time: '2026-01-01T00:00:00Z', type: 'function', record: '\n'.repeat(size) },
      ]),
    ];
    for (const text of long) {
      assertHarmless(decode, Buffer.from(text));
    }
  });
});

test('common attributes are read or refused', () => {
  const header = fc.oneof(
    oddText,
    oddValue.map((one) => JSON.stringify({ commonAttributes: one })),
  );
  fc.assert(
    fc.property(header, (text) => {
      try {
        const names = Object.keys(decodeCommonAttributes(text));
        expect(['namespace', 'functionName']).toEqual(expect.arrayContaining(names));
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns },
  );
});
