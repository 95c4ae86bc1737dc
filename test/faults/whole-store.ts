// All that a server has, page by page, and a comparison that says what it compared.

import type { NativeInvocation } from '../../src/wire/native/encode-invocation.ts';
import { getPage } from '../support/running-server.ts';

const PAGE_RECORDS = 10_000;

/**
 * Reads the whole store while nobody writes to it.
 *
 * @returns records by their request ids
 * @throws Error where one is there twice, or the pages do not hold what the total says
 */
export async function readWholeStore(url: string): Promise<Map<string, NativeInvocation>> {
  const found = new Map<string, NativeInvocation>();
  for (let offset = 0; ; offset += PAGE_RECORDS) {
    const page = { orderBy: 'startTime', order: 'asc', limit: PAGE_RECORDS, offset };
    const { status, body } = await getPage(url, page);
    assertEqual(status, 200, `status of the page at ${offset}`);
    for (const record of body.invocations) {
      if (found.has(record.requestId)) {
        throw new Error(`${record.requestId} is there twice`);
      }
      found.set(record.requestId, record);
    }
    if (offset + PAGE_RECORDS >= body.total) {
      assertEqual(found.size, body.total, 'records on all pages, and the total');
      return found;
    }
  }
}

/** @throws Error that says what differs */
export function assertEqual(found: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}
