// A server with the Azure workload in it, moved so that it ends now: what a busy place sees.

import { loadAzureWorkload, type WorkloadRecord } from '../../bench/azure-workload.ts';
import { type RunningServer, startServer, testAuthorization } from '../support/running-server.ts';

const BATCH = 10_000;
const MEMORY_LIMITS = [128, 256, 512, 1_536].map((mib) => mib * 2 ** 20);
/** The trace has eight hours of each day. */
const BETWEEN_MS = 60_000;

/** How many records: all of it takes a while, so the suite has fewer (see docs/operating/console.md). */
export const recordCount = Number(process.env['FNLOG_CONSOLE_RECORDS'] ?? 60_000);

export interface AzureServer extends RunningServer {
  readonly biggestFunction: string;
  /** Milliseconds since 1970. */
  readonly firstStartMs: number;
  readonly lastStartMs: number;
}

export async function startAzureServer(dataDir: string, count = recordCount): Promise<AzureServer> {
  const server = await startServer({ dataDir });
  const workload = loadAzureWorkload();
  let [firstUs, lastUs] = [0, 0];
  for (const { startTimeUs } of workload.records(count)) {
    firstUs = firstUs === 0 ? startTimeUs : firstUs;
    lastUs = startTimeUs;
  }
  const shiftUs = (Date.now() - BETWEEN_MS) * 1000 - lastUs;
  const counts = new Map<string, number>();
  let batch: string[] = [];
  let made = 0;
  for (const record of workload.records(count)) {
    made += 1;
    counts.set(record.functionName, (counts.get(record.functionName) ?? 0) + 1);
    batch.push(JSON.stringify(shifted(record, shiftUs, made)));
    if (batch.length === BATCH || made === count) {
      await send(server.url, batch);
      batch = [];
    }
  }
  const [[biggestFunction] = ['']] = [...counts].sort(([, a], [, b]) => b - a);
  return {
    ...server,
    biggestFunction,
    firstStartMs: (firstUs + shiftUs) / 1000,
    lastStartMs: (lastUs + shiftUs) / 1000,
  };
}

/** With what the trace does not tell: limits, cold starts, versions. */
function shifted(
  { startTimeUs, durationUs, ...same }: WorkloadRecord,
  shiftUs: number,
  at: number,
) {
  const limit = MEMORY_LIMITS.find((bytes) => bytes > same.memUsage * 1.1) ?? 2 ** 31;
  return {
    ...same,
    startTime: new Date((startTimeUs + shiftUs) / 1000).toISOString(),
    duration: durationUs / 1000,
    memoryLimit: limit,
    qualifier: at % 5 === 0 ? '7' : '$LATEST',
    ...(at % 40 === 0 ? { initDuration: 120 + (at % 300) } : {}),
  };
}

export async function send(url: string, lines: readonly string[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/invocations`, {
    method: 'POST',
    headers: { authorization: testAuthorization },
    body: lines.join('\n'),
  });
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  }
}
