// A browser with the console in it. Everything that a page says on its console, every request that
// fails and every error is a problem, and so is a request to anywhere else.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const places = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a browser is; `npm test` installs Debian's where there is none and it may. */
const chromiumPath = places.find((path) => path !== '' && existsSync(path));

/** Empty where there is a browser. */
export const noBrowser = chromiumPath === undefined ? '(there is no chromium here)' : '';

/** The browser's own words for an answer that is an error; which are meant, a test says itself. */
const REFUSED = /^Failed to load resource: the server responded with a status of (\d+)/;
const AWAY =
  /^Failed to load resource: net::ERR_(?:CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE|CONNECTION_RESET)/;
/** Stands among the expected statuses for a server that does not answer. */
export const NO_ANSWER = 0;

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Statuses that the test brings about on purpose; others are problems. */
  readonly expected: Set<number>;
  /** What went wrong so far. */
  readonly problems: string[];
}

/** A name of this machine that is not `localhost`: what a browser allows there alone is missing. */
export const OTHER_NAME = 'fnlog.test';

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      ...['--no-sandbox', '--force-color-profile=srgb', '--disable-dev-shm-usage'],
      `--host-resolver-rules=MAP ${OTHER_NAME} 127.0.0.1`,
    ],
  });
}

export interface PageLook {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly locale?: string;
}

export async function openPage(
  browser: Browser,
  baseURL: string,
  { width = 1440, height = 900, dark = false, locale = 'en-GB' }: PageLook = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale,
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const expected = new Set<number>();
  page.on('console', (message) => {
    const text = message.text();
    const status = AWAY.test(text) ? NO_ANSWER : Number(REFUSED.exec(text)?.[1]);
    if (['error', 'warning'].includes(message.type()) && !expected.has(status)) {
      problems.push(`console: ${text}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL) && !request.url().startsWith('data:')) {
      problems.push(`request to elsewhere: ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected.has(response.status())) {
      problems.push(`${response.status()} ${response.url()}`);
    }
  });
  return { page, context, expected, problems };
}

export async function signIn(
  page: Page,
  { secretId, secretKey }: { readonly secretId: string; readonly secretKey: string },
): Promise<void> {
  await page.getByLabel('SecretId').fill(secretId);
  await page.getByLabel('SecretKey').fill(secretKey);
  await page.getByRole('button', { name: /Sign in|登录/ }).click();
  await page.getByRole('navigation', { name: 'fnlog' }).waitFor();
}
