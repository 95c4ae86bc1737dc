// Pages through ten thousand matches with the vendor's client while newer records come in, and
// holds every page against the records themselves.

import { storeInvocations } from '../../src/app/core.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type OrderDirection,
  type OrderField,
} from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { answerFrom } from '../support/model-store.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV3Client, type V3Client } from '../support/v3-client.ts';
import { vendorTime } from '../support/v3-shape.ts';

export const MATCHES = 10_000;
const FUNCTION = 'paged';
const FROM_US = Date.UTC(2026, 5, 1) * 1000;
const DAY_US = 86_400_000_000;
const ARRIVALS_EVERY_MS = 250;
const ARRIVALS_AT_ONCE = 250;
const PAGES_AT_ONCE = 4;

interface Walk {
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly limit: number;
  /** Pages from here on, to the end or to `pagesMax`. */
  readonly offset?: number;
  readonly pagesMax?: number;
}

interface Walked {
  readonly pages: number;
  readonly rows: number;
}

export interface PagingRoom {
  readonly client: V3Client;
  walk(walk: Walk): Promise<Walked>;
  /** Records that have come in since the start, and how many a second. */
  arrivals(): { readonly count: number; readonly perSecond: number };
  remove(): Promise<void>;
}

/** A server with ten thousand matches, others beside them, and 1,000 newer records a second. */
export async function openPagingRoom(): Promise<PagingRoom> {
  const app = await startTestApp();
  const matches = buildMatches();
  await storeInvocations(app.core, [...matches, ...buildOthers()]);
  const client = buildV3Client(app);
  const arrivals = startArrivals(app);
  return {
    client,
    walk: (walk) => pageThrough(client, matches, walk),
    arrivals: arrivals.soFar,
    remove: async () => {
      await arrivals.stop();
      await app.remove();
    },
  };
}

/** Few durations, memories and start seconds, so that most orders are decided by ties. */
function buildMatches(): Invocation[] {
  return Array.from({ length: MATCHES }, (_, at) =>
    buildInvocation({
      functionName: FUNCTION,
      requestId: `${(at * 7_919) % MATCHES}-paged`,
      startTimeUs: FROM_US + ((at * 613) % 86_400) * 1_000_000,
      durationUs: (at % 13) * 1000,
      memUsageBytes: (at % 5) * 1_048_576,
      log: '',
    }),
  );
}

function buildOthers(): Invocation[] {
  return Array.from({ length: 500 }, (_, at) =>
    buildInvocation({ functionName: 'another', startTimeUs: FROM_US + at * 1_000_000 }),
  );
}

/** All of the function that is paged through, and all after its window. */
function startArrivals(app: TestApp) {
  const begin = performance.now();
  let count = 0;
  let writing = Promise.resolve();
  const write = async () => {
    const newer = Array.from({ length: ARRIVALS_AT_ONCE }, (_, at) =>
      buildInvocation({
        functionName: FUNCTION,
        startTimeUs: FROM_US + DAY_US + (count + at) * 1000,
      }),
    );
    await storeInvocations(app.core, newer);
    count += newer.length;
  };
  const timer = setInterval(() => {
    writing = writing.then(write);
  }, ARRIVALS_EVERY_MS);
  return {
    soFar: () => ({
      count,
      perSecond: Math.round(count / ((performance.now() - begin) / 1000)),
    }),
    stop: async () => {
      clearInterval(timer);
      await writing;
    },
  };
}

async function pageThrough(
  client: V3Client,
  matches: readonly Invocation[],
  { orderBy, order, limit, offset: first = 0, pagesMax = MATCHES }: Walk,
): Promise<Walked> {
  const all = buildInvocationQuery({ functionName: FUNCTION, orderBy, order, limit: MATCHES });
  const wanted = answerFrom(matches, all).invocations.map(({ requestId }) => requestId);
  const offsets: number[] = [];
  for (let at = first; at < MATCHES && offsets.length < pagesMax; at += limit) {
    offsets.push(at);
  }
  let rows = 0;
  const work = async () => {
    for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
      const Limit = Math.min(limit, MATCHES - offset);
      const got = await idsOfPage(client, {
        Offset: offset,
        Limit,
        OrderBy: orderBy,
        Order: order,
      });
      const page = wanted.slice(offset, offset + Limit);
      if (JSON.stringify(got) !== JSON.stringify(page)) {
        throw new Error(`${orderBy} ${order}, ${Limit} from ${offset}: not the rows of that page`);
      }
      rows += got.length;
    }
  };
  const pages = offsets.length;
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
  return { pages, rows };
}

async function idsOfPage(
  client: V3Client,
  page: { Offset: number; Limit: number; OrderBy: string; Order: string },
): Promise<string[]> {
  const reply = await client.GetFunctionLogs({
    ...page,
    FunctionName: FUNCTION,
    StartTime: vendorTime(FROM_US),
    EndTime: vendorTime(FROM_US + DAY_US - 1_000_000),
  });
  if (reply.TotalCount !== MATCHES) {
    throw new Error(`${JSON.stringify(page)}: a total of ${reply.TotalCount}`);
  }
  return (reply.Data ?? []).map(({ RequestId }) => RequestId ?? '');
}
