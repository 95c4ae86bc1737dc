// The senders, in their process: each keeps one connection and sends its next body when the one
// before is acknowledged.

import { setTimeout } from 'node:timers/promises';
import { serveTasks } from '../worker-process.ts';
import { HttpConnection } from './http-connection.ts';
import { RecordFile } from './record-file.ts';
import type { Acknowledgement, SendOutcome, SendTask } from './senders.ts';

const PATH = '/api/v1/invocations';
const RETRY_MS = 1_000;
/** A body that is refused for so long will not be taken any more. */
const REFUSED_MS_MAX = 300_000;

/** Answers every task with what came of it. */
export function runSenders(): void {
  serveTasks<SendTask>(send);
}

/** Gives bodies out in their order; undefined where there are no more. */
type NextRequest = () => Promise<Buffer | undefined>;

async function send(task: SendTask): Promise<SendOutcome> {
  const file = new RecordFile(task.records);
  const next = await requestsOf(task, file);
  const connections = Array.from({ length: task.senders }, () => new HttpConnection(task.url));
  try {
    await Promise.all(connections.map((connection) => connection.open()));
    return await sendAll(task, connections, next);
  } finally {
    connections.forEach((connection) => {
      connection.close();
    });
    file.close();
  }
}

async function requestsOf(task: SendTask, file: RecordFile): Promise<NextRequest> {
  const { first, batch, bodies, inMemory, advance = batch } = task;
  const read = (index: number) =>
    file.read(first + index * advance, batch, (bytes) => headOf(task, bytes));
  let next = 0;
  if (!inMemory) {
    return async () => (next < bodies ? await read(next++) : undefined);
  }
  const requests: Buffer[] = [];
  for (let index = 0; index < bodies; index++) {
    requests.push(await read(index));
  }
  return async () => requests[next++];
}

function headOf({ url, authorization }: SendTask, bytes: number): string {
  return [
    `POST ${PATH} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    `authorization: ${authorization}`,
    'content-type: application/x-ndjson',
    `content-length: ${bytes}`,
    '\r\n',
  ].join('\r\n');
}

async function sendAll(
  { batch, seconds, mayRepeat = false, everyMs = 0 }: SendTask,
  connections: readonly HttpConnection[],
  next: NextRequest,
): Promise<SendOutcome> {
  const acknowledged: Acknowledgement[] = [];
  let [refusals, duplicates] = [0, 0];
  const firsts = await Promise.all(connections.map(next));
  const cpu = process.cpuUsage();
  const beginMs = Date.now();
  const begin = performance.now();
  const endAt = begin + seconds * 1000;
  const sendUntilEnd = async (connection: HttpConnection, first: Buffer | undefined) => {
    let sentAt = begin;
    for (let request = first; request !== undefined; ) {
      const ahead = next();
      const taken = await sendOne(connection, request, { batch, mayRepeat });
      refusals += taken.refusals;
      duplicates += taken.duplicates;
      const now = performance.now();
      acknowledged.push({ atMs: now - begin, tookMs: now - sentAt });
      request = await ahead;
      if (everyMs > 0) {
        await setTimeout(Math.max(0, sentAt + everyMs - performance.now()));
      }
      sentAt = performance.now();
      if (sentAt >= endAt) {
        return;
      }
    }
  };
  await Promise.all(
    connections.map((connection, index) => sendUntilEnd(connection, firsts[index])),
  );
  const took = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    records: acknowledged.length * batch,
    duplicates,
    seconds: took,
    beginMs,
    acknowledged,
    refusals,
    cpuSeconds: (user + system) / 1_000_000,
  };
}

interface Expected {
  readonly batch: number;
  readonly mayRepeat: boolean;
}

interface Taken {
  /** How many times the server was too busy for the body. */
  readonly refusals: number;
  readonly duplicates: number;
}

/**
 * Sends a body until it is taken.
 *
 * @throws Error where a receipt does not count what was sent
 */
async function sendOne(
  connection: HttpConnection,
  request: Buffer,
  expected: Expected,
): Promise<Taken> {
  const giveUpAt = performance.now() + REFUSED_MS_MAX;
  for (let refusals = 0; ; refusals++) {
    const answer = await connection.send(request);
    if (answer.status === 429 && performance.now() < giveUpAt) {
      await setTimeout(answer.retryAfterMs ?? RETRY_MS);
      continue;
    }
    return { refusals, duplicates: duplicatesIn(answer, expected) };
  }
}

function duplicatesIn(
  { status, text }: { readonly status: number; readonly text: string },
  { batch, mayRepeat }: Expected,
): number {
  const { accepted = 0, duplicates = 0 } =
    status === 200
      ? (JSON.parse(text) as { readonly accepted: number; readonly duplicates: number })
      : {};
  if (accepted + duplicates !== batch || (!mayRepeat && duplicates > 0)) {
    throw new Error(
      `of ${batch} ${mayRepeat ? '' : 'new '}records the server took ${accepted} as new and ${duplicates} as duplicates (status ${status}): ${text.slice(0, 500)}`,
    );
  }
  return duplicates;
}
