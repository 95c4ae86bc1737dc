import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV2Client } from '../support/v2-client.ts';

/** The output that the API's document shows, character by character. */
const document = readFileSync(
  new URL('../contract/seed/get-function-logs.json', import.meta.url),
  'utf8',
);
const example = JSON.parse(document) as { data: Record<string, unknown>[] };

describe("the example of the API's document", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
    const others = Array.from({ length: 187 }, (_, index) => ({
      functionName: 'helljin89',
      requestId: `other-${index}`,
      startTime: `2017-04-19T14:${String(index % 60).padStart(2, '0')}:00Z`,
      // One is faster than the two of the example, so that they come at offset 1.
      duration: index === 0 ? 0.1 : 0.3 + index,
    }));
    const shown = example.data.map(({ startTime, ...record }) => ({
      ...record,
      startTime: `${String(startTime).replace(' ', 'T')}+08:00`,
    }));
    const strangers = [
      { functionName: 'other', requestId: '1', startTime: '2017-04-19T14:16:00Z' },
    ];
    await app.ingest([...others.slice(90), ...shown, ...strangers, ...others.slice(0, 90)]);
  });
  afterAll(() => app.remove());

  test('comes back to the letter, but for invokeFinished, which later documents add', async () => {
    const ask = buildV2Client({ ...app, method: 'get', signatureMethod: 'sha1' });
    const reply = await ask({
      functionName: 'helljin89',
      offset: 1,
      limit: 2,
      orderby: 'duration',
    });
    expect(reply.data.map(({ invokeFinished }) => invokeFinished)).toEqual([1, 1]);
    const data = reply.data.map(({ invokeFinished: _, ...record }) => record);
    expect(`${JSON.stringify({ ...reply, data }, null, 4)}\n`).toBe(document);
  });
});
