// The console where something is missing: records, rights, a clipboard, the server.

import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLocalFunctions } from '../../src/app/local-functions.ts';
import { createKey, type NewKey } from '../../src/auth/keys.ts';
import { KeyFile } from '../../src/files/key-file.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { startServer, testKey, withDirectory } from '../support/running-server.ts';
import { seriousFindings } from './accessibility.ts';
import { send } from './azure-server.ts';
import {
  launch,
  NO_ANSWER,
  noBrowser,
  type OpenPage,
  OTHER_NAME,
  openPage,
  signIn,
} from './browser.ts';

const EXAMPLES = new URL('../../examples/functions', import.meta.url).pathname;
const START_MS = 120_000;

let app: TestApp;
let browser: Browser;
let opened: OpenPage;

type Credentials = Parameters<typeof signIn>[1];

async function open(path: string, base = app.url, key: Credentials = app) {
  opened = await openPage(browser, base);
  opened.expected.add(401);
  await opened.page.goto(path);
  await signIn(opened.page, key);
  opened.expected.delete(401);
  return opened.page;
}

function addKey(wanted: Pick<NewKey, 'role' | 'namespaces'>): Credentials {
  const key = createKey({ ...wanted, createdAtMs: 0 });
  new KeyFile(join(app.dataDir, 'keys.json')).add(key);
  return key;
}

function runs(functionName: string, count: number, more: object = {}) {
  return Array.from({ length: count }, (_, at) => ({
    functionName,
    requestId: `${functionName}-${at}`,
    startTime: new Date(Date.now() - 600_000).toISOString(),
    duration: at,
    ...more,
  }));
}

describe.skipIf(noBrowser !== '')(`states of the console ${noBrowser}`, () => {
  beforeAll(async () => {
    browser = await launch();
  }, START_MS);
  afterAll(() => browser.close());
  /** Before its server goes, or it would have a problem of its own. */
  const closePage = async () => {
    await opened.context.close();
    expect(opened.problems).toEqual([]);
  };

  describe('on a server of its own', () => {
    beforeEach(async () => {
      app = await startTestApp({ localFunctions: await openLocalFunctions(EXAMPLES) });
    });
    afterEach(async () => {
      await closePage().finally(() => app.remove());
    });

    test('no data: how to send some, and a button that runs samples', async () => {
      const page = await open('/console/');
      await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
      expect(await page.locator('main pre').textContent()).toContain(`${app.url}/api/v1/invocat`);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Run a sample function' }).click();
      await page.locator('tbody tr').first().waitFor({ timeout: START_MS });
      await page.getByRole('link', { name: 'Invocations' }).click();
      await page.locator('tbody tr').first().click();
      await page.getByRole('complementary').getByRole('heading', { name: 'Log' }).waitFor();
    });

    test('no match: which filter to loosen, each with what there would be', async () => {
      await app.ingest(runs('quiet', 3));
      await app.ingest(runs('loud', 2, { retCode: 1, retMsg: 'needle' }));
      const page = await open('/console/invocations?functionName=quiet&status=failed');
      await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
      expect(await page.getByRole('button', { name: '− Status' }).textContent()).toContain('3');
      await page.getByRole('button', { name: '− Function' }).click();
      await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    });

    test('the histogram is about what the table is about', async () => {
      await app.ingest(runs('quiet', 7));
      await app.ingest(runs('loud', 2, { retMsg: 'needle', log: 'needle' }));
      const page = await open('/console/invocations?search=needle');
      await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
      const label = () =>
        page.getByRole('img', { name: /Runs over time/ }).getAttribute('aria-label');
      await expect.poll(label).toContain('ok ≤ 2,');
      await page.getByRole('button', { name: 'Remove the filter: Search' }).click();
      await expect.poll(label).toContain('ok ≤ 9,');
    });

    test('live follows the present, also after leafing through pages that stayed put', async () => {
      await app.ingest(runs('many', 120));
      const page = await open('/console/invocations?functionName=many');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForURL(/page=2.*at=\d+/);
      await expect.poll(() => page.locator('.foot').textContent()).toContain('51–100 of 120');
      expect(await page.getByTitle('Time', { exact: true }).textContent()).toBe('Last 24h');
      await page.getByRole('button', { name: 'Live' }).click();
      await expect.poll(() => page.locator('.foot').textContent()).toContain('1–50 of 120');
      await app.ingest([{ functionName: 'many', requestId: 'new', startTime: Date.now() }]);
      await expect
        .poll(() => page.locator('.foot').textContent(), { timeout: 20_000 })
        .toContain('of 121');
    });

    test('a key without rights is told, and may look elsewhere', async () => {
      await app.ingest(runs('theirs', 1, { namespace: 'prod' }));
      const key = addKey({ role: 'read', namespaces: ['prod'] });
      const page = await openRefused('/console/invocations', key);
      await page.getByRole('alert').getByText('This key may not read here').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      opened.expected.clear();
      await page.getByLabel('Namespace').selectOption('prod');
      await page.locator('tbody tr').first().waitFor();
      const writer = addKey({ role: 'ingest', namespaces: '*' });
      await opened.context.close();
      const other = await openRefused('/console/', writer);
      await other.getByRole('alert').getByText('This key may not read here').first().waitFor();
    });

    test('the jump to the content leads there', async () => {
      const page = await open('/console/errors');
      await page.getByRole('heading', { level: 1, name: 'Errors' }).waitFor();
      await page.locator('body').press('Tab');
      const jump = page.getByRole('link', { name: 'To the content' });
      await jump.focus();
      await jump.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
      await page.getByRole('heading', { level: 1, name: 'Errors' }).waitFor();
    });

    test('copying works where a browser gives pages no clipboard', async () => {
      await app.ingest(runs('copied', 1));
      const base = app.url.replace('127.0.0.1', OTHER_NAME);
      const page = await open('/console/run/copied-0', base);
      expect(await page.evaluate('window.isSecureContext')).toBe(false);
      await page.getByRole('button', { name: 'Command', exact: true }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const pasted = page.getByLabel('Namespace');
      await pasted.fill('');
      await pasted.press('Control+V');
      expect(await pasted.inputValue()).toContain('fnlog logs --request-id=copied-0 -- copied');
      // It is a warning for whoever set the header: over plain HTTP it has no effect.
      opened.problems.splice(
        0,
        opened.problems.length,
        ...opened.problems.filter((one) => !one.includes('Cross-Origin-Opener-Policy')),
      );
    });
  });

  test('a server that goes away: what was there stays, and comes back where one was', async () => {
    await withDirectory(async (dataDir) => {
      const server = await startServer({ dataDir });
      await send(
        server.url,
        runs('kept', 3).map((run) => JSON.stringify(run)),
      );
      const page = await open('/console/invocations?functionName=kept', server.url, testKey);
      await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
      // What is on its way at that moment, such as the tail, breaks off.
      opened.expected.add(NO_ANSWER);
      await server.process.kill9();
      await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click();
      await page.getByText('The server does not answer').waitFor();
      expect(await page.locator('tbody tr').count()).toBe(3);
      opened.expected.add(401);
      const { port } = new URL(server.url);
      const again = await startServer({ dataDir, args: ['--port', port] });
      // Sessions are in memory: whoever comes back signs in again.
      await page.getByText('Your session is over').waitFor({ timeout: 30_000 });
      await signIn(page, testKey);
      await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
      expect(page.url()).toContain('functionName=kept&orderBy=duration');
      await closePage();
      await again.process.kill9();
    });
  });
});

async function openRefused(path: string, key: Credentials) {
  opened = await openPage(browser, app.url);
  opened.expected.add(401).add(403);
  await opened.page.goto(path);
  await signIn(opened.page, key);
  return opened.page;
}
