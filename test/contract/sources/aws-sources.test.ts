// What AWS sends, in the shapes that its documents give, against the records that it has to become:
// sent in any order, all at once, and again.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NativePage } from '../../../src/wire/native/encode-page.ts';
import type { NativeReceipt } from '../../../src/wire/native/encode-receipt.ts';
import { startTestApp, type TestApp } from '../../support/running-app.ts';

interface SourceRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface SourceCase {
  readonly about: string;
  readonly requests: readonly SourceRequest[];
  /** As the native API gives them, the oldest first, without namespace and time of the last news. */
  readonly records: readonly object[];
}

const root = dirname(fileURLToPath(import.meta.url));

function casesOf(directory: string): (SourceCase & { readonly name: string })[] {
  return readdirSync(join(root, directory)).map((name) => ({
    name,
    ...(JSON.parse(readFileSync(join(root, directory, name), 'utf8')) as SourceCase),
  }));
}

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(async () => {
  await app.remove();
});

function authorization(): string {
  return `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
}

async function send(
  source: string,
  query: Readonly<Record<string, string>>,
  body: string,
): Promise<NativeReceipt> {
  const parameters = new URLSearchParams(query);
  const reply = await fetch(`${app.url}/api/v1/sources/${source}?${parameters}`, {
    method: 'POST',
    headers: { authorization: authorization() },
    body,
  });
  const receipt = (await reply.json()) as NativeReceipt;
  expect(reply.status, JSON.stringify(receipt)).toBe(200);
  expect(receipt.rejected).toEqual([]);
  return receipt;
}

async function recordsIn(namespace: string): Promise<object[]> {
  const query = new URLSearchParams({ namespace, orderBy: 'startTime', order: 'asc' });
  const reply = await fetch(`${app.url}/api/v1/invocations?${query}`, {
    headers: { authorization: authorization() },
  });
  const page = (await reply.json()) as NativePage;
  return page.invocations.map(({ namespace: _namespace, lastHeard: _lastHeard, ...rest }) => rest);
}

describe.each([
  { source: 'lambda-telemetry', directory: 'lambda' },
  { source: 'cloudwatch', directory: 'cloudwatch' },
])('$source', ({ source, directory }) => {
  describe.each(casesOf(directory))('$name: $about', ({ name, requests, records }) => {
    const sendAll = async (namespace: string, given: readonly SourceRequest[]) => {
      const receipts: NativeReceipt[] = [];
      for (const { query, body } of given) {
        receipts.push(await send(source, { ...query, namespace }, JSON.stringify(body)));
      }
      return receipts;
    };

    test('becomes its records, and says nothing new when it is sent again', async () => {
      const namespace = `${directory}-${name}`;
      const first = await sendAll(namespace, requests);
      expect(await recordsIn(namespace)).toEqual(records);
      const again = await sendAll(namespace, requests);
      expect(again).toEqual(
        first.map(({ accepted, duplicates }) => ({
          accepted: 0,
          replaced: 0,
          duplicates: accepted + duplicates,
          rejected: [],
        })),
      );
      expect(await recordsIn(namespace)).toEqual(records);
    });

    test('becomes the same records in reverse order', async () => {
      const namespace = `${directory}-${name}-reversed`;
      await sendAll(namespace, requests.toReversed());
      expect(await recordsIn(namespace)).toEqual(records);
    });

    // The parameters are those of a request, so that only bodies without any go together.
    if (requests.every(({ query }) => Object.keys(query).length === 0)) {
      test('becomes the same records in one request', async () => {
        const namespace = `${directory}-${name}-joined`;
        const bodies = requests.map(({ body }) => JSON.stringify(body));
        await send(source, { namespace }, bodies.join(source === 'cloudwatch' ? '' : '\n'));
        expect(await recordsIn(namespace)).toEqual(records);
      });
    }
  });
});
