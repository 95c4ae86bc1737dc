// Records are anybody's text. Whatever stands in them, a browser shows it and runs nothing of it.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RunningServer,
  startServer,
  testKey,
  withDirectory,
} from '../support/running-server.ts';
import { send } from './azure-server.ts';
import { launch, noBrowser, type OpenPage, openPage, signIn } from './browser.ts';

const SCRIPT = `"><img src=x onerror="window.stolen=1"><script>window.stolen=1</script>'\${7*7}{{7*7}}`;
const LINK = 'javascript:window.stolen=1';
const LONG = 'x'.repeat(1024 * 1024);
const LOG = [
  `START RequestId: ${SCRIPT}`,
  SCRIPT,
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u0000\u0007\u009b2J end',
  'emoji 🎉 👩‍👩‍👧, right to left: \u202eevil\u202c שלום مرحبا',
  `{"html":${JSON.stringify(SCRIPT)},"escaped":"\\u001b[31m\\u202e","id":12345678901234567890}`,
  'broken \ud800 half',
  `Error: ${LINK}`,
  LONG,
  'END RequestId: last',
].join('\n');

const NAME = `fn ${SCRIPT}`;
const record = {
  functionName: NAME,
  qualifier: SCRIPT,
  requestId: `id ${SCRIPT}`,
  startTime: Date.now() - 60_000,
  retCode: 1,
  retMsg: `Error: ${SCRIPT}`,
  log: LOG,
  traceId: LINK,
  [`field ${SCRIPT}`]: SCRIPT,
};

let server: RunningServer;
let browser: Browser;
let opened: OpenPage;
let release: () => void = () => {};

describe.skipIf(noBrowser !== '')(`hostile text ${noBrowser}`, { retry: 1 }, () => {
  beforeAll(async () => {
    await new Promise<void>((resolve, reject) => {
      withDirectory(async (dataDir) => {
        server = await startServer({ dataDir });
        await send(server.url, [JSON.stringify(record)]);
        browser = await launch();
        opened = await openPage(browser, server.url);
        opened.expected.add(401);
        await opened.page.goto('/console/');
        await signIn(opened.page, testKey);
        resolve();
        await new Promise<void>((done) => {
          release = done;
        });
        await server.process.kill9();
      }).catch(reject);
    });
  });
  afterAll(async () => {
    await browser.close();
    release();
  });

  test.each([
    '/console/',
    '/console/invocations',
    `/console/invocations?functionName=${encodeURIComponent(NAME)}&search=${encodeURIComponent('stolen')}`,
    '/console/errors',
    `/console/functions/${encodeURIComponent(NAME)}`,
    `/console/run/${encodeURIComponent(record.requestId)}`,
  ])('is inert in %s', async (path) => {
    const { page, problems } = opened;
    await page.goto(path);
    await page.locator('tbody tr, .log li').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('window.stolen')).toBeUndefined();
    expect(await page.locator('img[src=x], main script').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain('<img src=x onerror=');
    expect(problems).toEqual([]);
  });

  test('is shown: controls as pictures, a long line in part, the rest when wanted', async () => {
    const { page } = opened;
    await page.goto(`/console/run/${encodeURIComponent(record.requestId)}`);
    const lines = page.locator('.log li');
    await lines.first().waitFor();
    // The store has cut it at its bound.
    expect(await lines.count()).toBe(8);
    expect(await page.locator('main').textContent()).toContain('cut: ');
    expect(await lines.nth(2).locator('.line').textContent()).toBe('red  ␀␇\\u009b2J end');
    expect(await lines.nth(3).locator('.line').textContent()).toContain('\\u202eevil');
    await lines.nth(4).locator('summary').click();
    const laidOut = (await lines.nth(4).locator('pre').textContent()) ?? '';
    expect(laidOut).toContain('"escaped": "\\u001b[31m\\u202e"');
    expect(laidOut).toContain('"id": 12345678901234567890');
    expect(laidOut).toContain('<script>');
    expect(await page.evaluate('window.stolen')).toBeUndefined();
    const long = lines.nth(7).locator('.line');
    expect((await long.textContent())?.length).toBeLessThan(10_000);
    await long.getByRole('button', { name: /Show all/ }).click();
    await expect.poll(async () => (await long.textContent())?.length).toBeGreaterThan(1_000_000);
    expect(await lines.nth(0).getAttribute('class')).toBe('platform');
    expect(await lines.nth(6).getAttribute('class')).toBe('error');
  });
});
