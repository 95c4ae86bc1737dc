// fnlog logs --follow: the newest records, then those that come in.

import type { Settings } from '../config/schema.ts';
import { AppError } from '../domain/errors.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import type { NativeInvocation } from '../wire/native/encode-invocation.ts';
import { encodeQuery } from '../wire/native/encode-query.ts';
import { followInvocations } from './follow-invocations.ts';
import { openClient } from './open-backend.ts';
import { type OutputFormat, renderPage } from './render-page.ts';
import { stopSignal } from './stop-signal.ts';

/** What says which of the records are shown, and means nothing for those to come. */
const PAGE_PARAMETERS = ['orderBy', 'order', 'limit', 'offset', 'asOf'];

/**
 * Prints until it is stopped.
 *
 * @throws AppError as openClient and followInvocations do; invalid_parameter for what does not go
 *   with following
 */
export async function followLogs(
  settings: Settings,
  query: InvocationQuery,
  output: OutputFormat = process.stdout.isTTY ? 'table' : 'jsonl',
): Promise<void> {
  assertCanFollow(query, output);
  const client = await openClient(settings);
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const page = await client.page(query);
  // Both orders end in what comes next.
  const newest = [...page.invocations].reverse();
  const print = buildPrinter(output);
  newest.forEach(print);
  const filter = new URLSearchParams(encodeQuery(query));
  for (const name of PAGE_PARAMETERS) {
    filter.delete(name);
  }
  const say = (line: string) => console.error(line);
  const { signal } = stop;
  for await (const record of followInvocations(client, {
    filter,
    afterSeq: page.asOf,
    signal,
    say,
  })) {
    print(record);
  }
}

function assertCanFollow(query: InvocationQuery, output: OutputFormat): void {
  const problem =
    query.orderBy !== 'startTime' || query.order !== 'desc'
      ? '--order-by and --order'
      : query.offset !== 0
        ? '--offset'
        : query.asOf !== undefined
          ? '--as-of'
          : output === 'json'
            ? '-o json'
            : undefined;
  if (problem !== undefined) {
    throw new AppError('invalid_parameter', `${problem} cannot go with --follow`);
  }
}

/** Rows under one head, so that they can be printed one by one. */
function buildPrinter(output: OutputFormat): (record: NativeInvocation) => void {
  let isFirst = true;
  return (record) => {
    const page = { total: 1, asOf: 0, invocations: [record] };
    const lines = renderPage(page, { output, detailed: false }).split('\n');
    const hasHead = output !== 'jsonl';
    console.log((hasHead && !isFirst ? lines.slice(1) : lines).join('\n'));
    isFirst = false;
  };
}
