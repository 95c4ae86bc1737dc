// Requests of OTLP/HTTP in the shape that the specification and the semantic conventions document,
// each in both encodings.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FragmentCandidate } from '../../../src/domain/fragment.ts';
import { decodeLogs } from '../../../src/wire/otlp/decode-logs.ts';
import { decodeOtlpLogs, decodeOtlpSpans } from '../../../src/wire/otlp/decode-otlp-request.ts';
import { decodeTraces } from '../../../src/wire/otlp/decode-traces.ts';
import type { OtlpEncoding } from '../../../src/wire/otlp/otlp-schema.ts';
import { otlpProtobuf } from '../../support/otlp-protobuf.ts';

interface Payload {
  readonly what: string;
  readonly signal: 'logs' | 'traces';
  readonly request: unknown;
  /** Spans that are no run. */
  readonly ignored?: number;
  /** Candidates: those with a fragment have its members beside the line. */
  readonly expected: readonly Record<string, unknown>[];
}

const folder = new URL('otlp/', import.meta.url);
const payloads = readdirSync(folder).map((name) => ({
  name,
  payload: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Payload,
}));

function decoded(payload: Payload, encoding: OtlpEncoding) {
  const { signal, request } = payload;
  const body =
    encoding === 'json' ? Buffer.from(JSON.stringify(request)) : otlpProtobuf(signal, request);
  const options = { encoding, recordBytesMax: 1_000_000 };
  let ignored = 0;
  const onOtherSpan = () => {
    ignored += 1;
  };
  const candidates: Iterable<FragmentCandidate> =
    signal === 'logs'
      ? decodeLogs(decodeOtlpLogs(body, options), 'shop')
      : decodeTraces(decodeOtlpSpans(body, options), { namespace: 'shop', onOtherSpan });
  return { candidates: [...candidates], ignored: () => ignored };
}

/** What a fragment is in every payload here. */
const always = { namespace: 'shop', retryNum: 0, source: 'otlp' };

describe.each(payloads)('$name', ({ payload }) => {
  test.each(['json', 'protobuf'] as const)('as %s', (encoding) => {
    const { candidates, ignored } = decoded(payload, encoding);
    const shown = candidates.map((candidate) =>
      'fragment' in candidate ? { line: candidate.line, ...candidate.fragment } : candidate,
    );
    const expected = payload.expected.map((one) =>
      'unreadable' in one ? one : { ...always, ...one },
    );
    expect(shown).toStrictEqual(expected);
    expect(ignored()).toBe(payload.ignored ?? 0);
  });
});
