// The console in a real browser, over a real server with the Azure workload.

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testKey, withDirectory } from '../support/running-server.ts';
import { seriousFindings } from './accessibility.ts';
import { type AzureServer, recordCount, send, startAzureServer } from './azure-server.ts';
import { launch, noBrowser, type OpenPage, openPage, type PageLook, signIn } from './browser.ts';

const START_MS = 300_000;
const WINDOW = 'since=30d';

let server: AzureServer;
let browser: Browser;
let opened: OpenPage;
let release: () => void = () => {};

async function open(path: string, look?: PageLook): Promise<OpenPage['page']> {
  opened = await openPage(browser, server.url, look);
  opened.expected.add(401);
  await opened.page.goto(path);
  await signIn(opened.page, testKey);
  opened.expected.delete(401);
  return opened.page;
}

describe.skipIf(noBrowser !== '')(`the console ${noBrowser}`, { retry: 1 }, () => {
  beforeAll(async () => {
    await new Promise<void>((resolve, reject) => {
      withDirectory(async (directory) => {
        server = await startAzureServer(directory);
        resolve();
        await new Promise<void>((done) => {
          release = done;
        });
        await server.process.kill9();
      }).catch(reject);
    });
    browser = await launch();
  }, START_MS);
  afterAll(async () => {
    await browser.close();
    release();
  });
  afterEach(async () => {
    expect(opened.problems).toEqual([]);
    await opened.context.close();
  });

  test('signs in, refuses a wrong key, and out again', async () => {
    opened = await openPage(browser, server.url);
    const { page, expected } = opened;
    expected.add(401);
    await page.goto('/console/');
    await page.getByLabel('SecretId').fill(testKey.secretId);
    await page.getByLabel('SecretKey').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('SecretKey');
    expect(await seriousFindings(page)).toEqual([]);
    await signIn(page, testKey);
    await page.reload();
    await page.getByRole('navigation', { name: 'fnlog' }).waitFor();
    await page.getByTitle('Settings').click();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('SecretKey').waitFor();
    await page.reload();
    await page.getByLabel('SecretKey').waitFor();
  });

  test('shows every function, sorted as one likes, with a way to its runs', async () => {
    const page = await open(`/console/?${WINDOW}`);
    await page.getByRole('columnheader', { name: 'Runs' }).getByRole('button').click();
    await page.waitForURL(/orderBy=runs/);
    const first = page.locator('tbody tr').first();
    await first.getByRole('link', { name: server.biggestFunction }).waitFor();
    expect(await page.locator('th[aria-sort="descending"]').textContent()).toContain('Runs');
    expect(await seriousFindings(page)).toEqual([]);
    await first.getByRole('link', { name: server.biggestFunction }).click();
    await page.getByRole('heading', { level: 1, name: server.biggestFunction }).waitFor();
    await page.getByRole('heading', { name: 'Concurrency' }).waitFor();
    await page.locator('canvas.heat').first().waitFor();
    await expect.poll(() => page.locator('canvas.heat').count()).toBe(2);
    expect(await page.getByRole('table').textContent()).toContain('$LATEST');
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('sorts, filters and counts runs exactly, and the address holds it all', async () => {
    const page = await open(`/console/invocations?${WINDOW}`);
    const total = page.locator('.foot strong');
    await page.waitForFunction(
      (wanted) => document.querySelector('.foot strong')?.textContent === wanted,
      recordCount.toLocaleString('en-US'),
    );
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click();
    await page.waitForURL(/orderBy=duration&order=desc/);
    await page.getByRole('button', { name: 'failed', exact: true }).click();
    await page.waitForURL(/status=failed/);
    await page.locator('tbody .badge.failed').first().waitFor();
    await expect.poll(() => page.locator('tbody .badge:not(.failed)').count()).toBe(0);
    const failed = await total.textContent();
    await page.getByRole('button', { name: '+ Filter' }).click();
    await page.locator('.filter-form input').fill(server.biggestFunction);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/functionName=/);
    await expect.poll(() => total.textContent()).not.toBe(failed);
    const both = await total.textContent();
    await page.reload();
    await expect.poll(() => total.textContent()).toBe(both);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove the filter: Function' }).click();
    await expect.poll(() => total.textContent()).toBe(failed);
  });

  test('a drag on the chart, and pasted text, choose a window', async () => {
    const page = await open(`/console/invocations?${WINDOW}`);
    await page.locator('tbody tr').first().waitFor();
    // The chart is drawn anew when its figures come.
    await page.waitForLoadState('networkidle');
    const chart = page.locator('.u-over').first();
    const box = await chart.boundingBox();
    const at = (share: number) => (box?.x ?? 0) + (box?.width ?? 0) * share;
    const y = (box?.y ?? 0) + 30;
    await page.mouse.move(at(0.9), y);
    await page.mouse.down();
    await page.mouse.move(at(0.95), y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/since=20\d\d-.*until=20\d\d-/);
    await page.getByTitle('Time', { exact: true }).click();
    const text = page.getByRole('textbox', { name: /A time, or two/ });
    await text.fill('not a time');
    await page.getByRole('button', { name: 'Apply' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Not a time');
    await text.fill('2026-01-31 12:00 to 2026-01-31 13:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/since=2026-01-31T12%3A00%3A00.000Z&until=2026-01-31T13/);
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /any time/ }).click();
    await page.locator('tbody tr').first().waitFor();
  });

  test('pages stay put while records come in', async () => {
    const page = await open(`/console/invocations?${WINDOW}&functionName=paged`);
    const record = (at: number) =>
      JSON.stringify({
        functionName: 'paged',
        requestId: `paged-${at}`,
        startTime: Date.now() - at,
      });
    await send(
      server.url,
      Array.from({ length: 120 }, (_, at) => record(at + 1_000)),
    );
    await page.reload();
    await page.locator('tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/page=2/);
    await expect.poll(() => page.locator('.foot').textContent()).toContain('51–100 of 120');
    const shown = await page.locator('tbody').textContent();
    await send(
      server.url,
      Array.from({ length: 10 }, (_, at) => record(at + 200)),
    );
    await page.reload();
    await expect.poll(() => page.locator('.foot').textContent()).toContain('51–100 of 120');
    expect(await page.locator('tbody').textContent()).toBe(shown);
    await page.getByRole('button', { name: 'Latest' }).click();
    await expect.poll(() => page.locator('.foot').textContent()).toContain('of 130');
  });

  test('follows what comes in, and never moves under a reader', async () => {
    const page = await open(`/console/invocations?since=1h&functionName=live`);
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    await page.waitForURL(/live=1/);
    const record = (id: string) =>
      JSON.stringify({ functionName: 'live', requestId: id, startTime: Date.now(), log: 'hello' });
    await page.waitForTimeout(500);
    await send(server.url, [record('live-1')]);
    await page.locator('tbody tr').first().waitFor();
    await page.locator('tbody tr').first().click();
    await page.getByRole('complementary', { name: /Run live-1/ }).waitFor();
    await send(server.url, [record('live-2'), record('live-3')]);
    await page.getByText('2 new').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
  });

  test('one run: by its permanent address, with what is around it, and to copy', async () => {
    const page = await open(`/console/invocations?${WINDOW}&status=failed`);
    await page.locator('tbody tr').nth(2).click();
    const drawer = page.getByRole('complementary');
    await drawer.getByRole('heading', { name: 'Log' }).waitFor();
    await drawer.getByText('times the median').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const link = drawer.locator('.run-head a.mono');
    const requestId = (await link.textContent()) ?? '';
    await link.click();
    await page.waitForURL(new RegExp(`/console/run/${requestId}`));
    await page.getByRole('heading', { name: 'Returned' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const [button, words] of [
      ['Command', `fnlog logs --request-id=${requestId} -- `],
      ['cURL', `/api/v1/invocations/${requestId}`],
      ['JSON', `"requestId": "${requestId}"`],
      ['Text', requestId],
      ['Link', `/console/run/${requestId}`],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain(words);
      await page.getByRole('button', { name: button, exact: true }).waitFor();
    }
    const lines = page.locator('.log li');
    const all = await lines.count();
    await page.getByRole('searchbox', { name: 'Search in this log' }).fill('requestid');
    await expect.poll(() => lines.count()).toBeLessThan(all);
    await page.locator('.log mark').first().waitFor();
    await page.getByRole('link', { name: /Run before/ }).click();
    await expect.poll(() => page.url()).not.toContain(requestId);
  });

  test('a run that is not there: the answer says what is', async () => {
    const page = await open('/console/run/nobody-ran-this');
    await page.getByRole('heading', { name: 'There is no such run' }).waitFor();
    expect(await page.locator('main').textContent()).toMatch(/\d runs · newest/);
  });

  test('errors by their shape, with the way to their runs', async () => {
    const page = await open(`/console/errors?${WINDOW}`);
    const row = page.locator('tbody tr').first();
    await row.waitFor();
    const many = (await row.locator('td').nth(1).textContent()) ?? '';
    expect(await seriousFindings(page)).toEqual([]);
    await row.getByRole('link').first().click();
    await page.waitForURL(/errorShape=/);
    await expect.poll(() => page.locator('.foot strong').textContent()).toBe(many);
  });

  test('keys: search, rows, open, close, help', async () => {
    const page = await open(`/console/invocations?${WINDOW}`);
    await page.locator('tbody tr').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const key of ['j', 'j', 'j', 'k']) {
      await page.keyboard.press(key);
    }
    await expect
      .poll(() => page.locator('tbody tr').nth(1).getAttribute('aria-current'))
      .toBe('true');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
    const chosen = await page.locator('tbody tr[aria-current=true]').textContent();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/page=2/);
    await expect.poll(() => page.locator('.foot').textContent()).toContain('51–100 of');
    // Another run stands in its row now, and is not chosen.
    expect(await page.locator('tbody tr[aria-current=true]').count()).toBe(0);
    await page.goBack();
    await expect.poll(() => page.locator('tbody tr[aria-current=true]').textContent()).toBe(chosen);
    await page.evaluate('document.activeElement?.blur()');
    await page.keyboard.press('/');
    await page.keyboard.type('upstream');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search=upstream/);
    await page.locator('tbody mark').first().waitFor();
  });

  test('speaks Chinese, and remembers it', async () => {
    const page = await open(`/console/?${WINDOW}`);
    await page.getByTitle('Settings').click();
    await page.getByLabel('Language').selectOption('zh');
    await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    for (const view of ['', 'invocations', 'errors', `functions/${server.biggestFunction}`]) {
      await page.goto(`/console/${view}?${WINDOW}`);
      await page.locator('tbody tr').first().waitFor();
      const words = await page.locator('main').textContent();
      expect(words).not.toMatch(/\b(?:Overview|Invocations|Errors|Duration|Runs|Loading)\b/);
    }
  });

  test.each(['', 'invocations', 'errors', 'functions/'])('dark and narrow: /%s', async (view) => {
    const name = view === 'functions/' ? `${view}${server.biggestFunction}` : view;
    const page = await open(`/console/${name}?${WINDOW}`, { width: 360, height: 740, dark: true });
    await page.locator('tbody tr').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
  });
});
