// How long each view of the console takes, from the click until all of it is there, in a browser on
// this machine, over the workload.

import type { Browser, Locator, Page } from 'playwright-core';
import { launch, noBrowser, openPage, signIn } from '../../test/console/browser.ts';
import { measureStoreSize } from '../ingest/store-size.ts';
import { describeLoad, describeMachine } from '../machine.ts';
import { quantile } from '../quantile.ts';
import { loadServer } from '../query/load-server.ts';
import { WorkloadModel } from '../query/workload-model.ts';
import { endProgress, type Report, showProgress, threeDigits } from '../report.ts';
import { buildServerProgram, type ServerProcess, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import type { ConsoleBenchOptions } from './console-options.ts';

/** What a view has to be: there at the click. */
const GOAL_MS = 500;
/** Nothing more is on its way after so long. */
const QUIET_MS = 150;
const VIEW_MS_MAX = 120_000;
const READ_AHEAD_MS_MAX = 600_000;

interface View {
  readonly name: string;
  /** What is clicked for it, on the page that `from` is. */
  readonly click: (page: Page) => Locator;
  readonly from: string;
  /** Is seen when it is there. */
  readonly ready: (page: Page) => Locator;
}

interface Shown {
  readonly window: string;
  readonly view: string;
  readonly tookMs: readonly number[];
}

const firstRow = (page: Page) => page.locator('main tbody tr').first();
const nav = (name: string) => (page: Page) =>
  page.getByRole('navigation', { name: 'fnlog' }).getByRole('link', { name });

function viewsOf(biggest: string): View[] {
  return [
    { name: 'overview', from: 'errors', click: nav('Overview'), ready: firstRow },
    { name: 'invocations', from: '', click: nav('Invocations'), ready: firstRow },
    {
      name: 'invocations, failed',
      from: 'invocations',
      click: (page) => page.getByRole('button', { name: 'failed', exact: true }),
      ready: (page) => page.locator('tbody .badge.failed').first(),
    },
    {
      name: 'invocations, by duration',
      from: 'invocations',
      click: (page) => page.getByRole('columnheader', { name: 'Duration' }).getByRole('button'),
      ready: (page) => page.locator('th[aria-sort=descending]').filter({ hasText: 'Duration' }),
    },
    {
      name: 'invocations, second page',
      from: 'invocations',
      click: (page) => page.getByRole('button', { name: 'Next' }),
      ready: (page) => page.locator('.foot').filter({ hasText: '51–100 of' }),
    },
    {
      name: 'one run',
      from: 'invocations',
      click: (page) => page.locator('tbody tr td:nth-child(2)').nth(3),
      ready: (page) => page.getByRole('complementary').getByRole('heading', { name: 'Log' }),
    },
    { name: 'errors', from: '', click: nav('Errors'), ready: firstRow },
    {
      name: 'the biggest function',
      from: '?orderBy=runs',
      click: (page) => page.locator('tbody').getByRole('link', { name: biggest, exact: true }),
      ready: (page) => page.locator('canvas.heat').nth(1),
    },
  ];
}

export async function runConsoleBench(options: ConsoleBenchOptions): Promise<Report> {
  if (noBrowser !== '') {
    throw new Error(`no view can be measured ${noBrowser}`);
  }
  buildServerProgram();
  const { runs, settleSeconds } = options;
  const loadBefore = describeLoad();
  const data = options.dataDir === undefined ? await loadedDirectory(options) : undefined;
  const dataDir = data?.path ?? options.dataDir ?? '';
  showProgress('settling');
  const size = await measureStoreSize({ dataDir, settleSeconds });
  const server = await startServerProcess(dataDir);
  const stored = await askWhatIsStored(server);
  const readAheadSeconds = await untilReadAhead(server, stored);
  const browser = await launch();
  const shown = await showViews(browser, server, stored, runs);
  await browser.close();
  await server.stop();
  data?.remove();
  endProgress();
  return reportOf(shown, {
    notes: [
      `Machine: ${describeMachine(size.engineVersion)}; load average before ${loadBefore}, after ${describeLoad()}.`,
      `${stored.total.toLocaleString('en')} records in ${size.parts} parts; Chromium on the same machine; ${runs} clicks each, the first one with nothing read before. From the click until everything that the view asks for is drawn; the goal is ${GOAL_MS} ms.`,
      `Begun when the server had read ahead, ${readAheadSeconds.toFixed(0)} s after its start.`,
    ],
    raw: { options, stored, shown },
  });
}

async function loadedDirectory({ dir, records }: ConsoleBenchOptions) {
  const [drawn, data] = [temporaryDirectory(dir), temporaryDirectory(dir)];
  const model = new WorkloadModel(records);
  const options = { records, ingestRate: 0, peers: [] };
  await loadServer(data.path, { drawn: drawn.path, model, options });
  drawn.remove();
  return data;
}

interface Stored {
  readonly total: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly biggestFunction: string;
}

async function askWhatIsStored({ url, authorization }: ServerProcess): Promise<Stored> {
  const ask = async (path: string) => {
    const response = await fetch(`${url}/api/v1/${path}`, { headers: { authorization } });
    if (!response.ok) {
      throw new Error(`the server answered ${response.status}: ${await response.text()}`);
    }
    return (await response.json()) as {
      readonly total: number;
      readonly invocations: readonly { readonly startTime: string }[];
      readonly functions: readonly { readonly functionName: string }[];
    };
  };
  const first = await ask('invocations?orderBy=startTime&order=asc&limit=1');
  const last = await ask('invocations?orderBy=startTime&order=desc&limit=1');
  const startOf = ({ invocations }: typeof first) => Date.parse(invocations[0]?.startTime ?? '');
  const [firstMs, lastMs] = [startOf(first), startOf(last)];
  const window = `since=${new Date(firstMs).toISOString()}&until=${new Date(lastMs + 1).toISOString()}`;
  const { functions } = await ask(`functions?orderBy=runs&limit=1&${window}`);
  const biggestFunction = functions[0]?.functionName ?? '';
  return { total: first.total, firstMs, lastMs, biggestFunction };
}

/** After a start the server reads ahead what charts and tables are made of; until then they take longer. */
async function untilReadAhead(
  { url, authorization }: ServerProcess,
  { firstMs, lastMs, biggestFunction }: Stored,
): Promise<number> {
  const begin = performance.now();
  const window = `since=${new Date(firstMs).toISOString()}&until=${new Date(lastMs + 1).toISOString()}`;
  for (;;) {
    const asked = performance.now();
    let isKnown = true;
    for (const question of [
      `errors?${window}`,
      `stats?groupBy=functionName&${window}`,
      `stats/concurrency?functionName=${encodeURIComponent(biggestFunction)}&step=1h&${window}`,
    ]) {
      const response = await fetch(`${url}/api/v1/${question}`, { headers: { authorization } });
      await response.text();
      // Over so many runs concurrency is answered from what was read ahead alone.
      isKnown &&= response.ok;
    }
    const now = performance.now();
    if ((isKnown && now - asked < 2 * GOAL_MS) || now - begin > READ_AHEAD_MS_MAX) {
      return (now - begin) / 1000;
    }
    showProgress('waiting until the server has read ahead');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

/** Each in a window of the last hour, of the last 24 hours, and of all records. */
async function showViews(
  browser: Browser,
  server: ServerProcess,
  { firstMs, lastMs, biggestFunction }: Stored,
  runs: number,
): Promise<Shown[]> {
  const windows: readonly (readonly [string, number])[] = [
    ['last hour', lastMs - 3_600_000],
    ['last 24 hours', lastMs - 86_400_000],
    ['all of it', firstMs],
  ];
  const { page, expected, problems } = await openPage(browser, server.url);
  page.setDefaultTimeout(VIEW_MS_MAX);
  expected.add(401);
  await page.goto('/console/');
  await signIn(page, server.key);
  expected.delete(401);
  const pending = watchRequests(page);
  const shown: Shown[] = [];
  for (const [window, sinceMs] of windows) {
    const query = `since=${new Date(sinceMs).toISOString()}&until=${new Date(lastMs + 1).toISOString()}`;
    for (const view of viewsOf(biggestFunction)) {
      showProgress(`${view.name}, ${window}`);
      const tookMs: number[] = [];
      for (let run = 0; run < runs; run++) {
        tookMs.push(await measureView(page, pending, view, query));
      }
      shown.push({ window, view: view.name, tookMs });
    }
  }
  if (problems.length > 0) {
    throw new Error(`the page has problems: ${problems.join('; ')}`);
  }
  return shown;
}

async function measureView(
  page: Page,
  pending: PendingRequests,
  { from, click, ready }: View,
  query: string,
): Promise<number> {
  await page.goto(`/console/${from}${from.includes('?') ? '&' : '?'}${query}`);
  await firstRow(page).waitFor();
  const target = click(page);
  await target.waitFor();
  await pending.none();
  const begin = performance.now();
  await target.click();
  await ready(page).waitFor();
  const seen = performance.now();
  return Math.max(seen, await pending.none()) - begin;
}

interface PendingRequests {
  /** @returns when the last one ended, once there is none for a while */
  none(): Promise<number>;
}

function watchRequests(page: Page): PendingRequests {
  const open = new Set<unknown>();
  let endedAt = 0;
  const end = (request: unknown) => {
    open.delete(request);
    endedAt = performance.now();
  };
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return {
    none: async () => {
      const begin = performance.now();
      while (open.size > 0 || performance.now() - Math.max(endedAt, begin) < QUIET_MS) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return endedAt;
    },
  };
}

function reportOf(shown: readonly Shown[], { notes, raw }: Pick<Report, 'notes' | 'raw'>): Report {
  return {
    notes,
    columns: ['view', 'window', 'first ms', 'p50 ms', 'max ms', 'over the goal'],
    rows: shown.map(({ view, window, tookMs }) => {
      const [first = Number.NaN] = tookMs;
      const [p50, max] = [quantile(tookMs, 0.5), Math.max(...tookMs)];
      const over = p50 > GOAL_MS ? 'yes' : max > GOAL_MS ? 'at worst' : '';
      return [view, window, ...[first, p50, max].map(threeDigits), over];
    }),
    raw,
  };
}
