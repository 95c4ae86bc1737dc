// Many senders at once over HTTP: each keeps its connection and sends its next body when the one
// before is acknowledged.

import { Agent, request } from 'node:http';
import type { ServerProcess } from './server-process.ts';

export interface SendOptions {
  readonly server: ServerProcess;
  readonly bodies: readonly Buffer[];
  /** Records in each body. */
  readonly batch: number;
  readonly senders: number;
  /** No body is begun after this long, except every sender's first. */
  readonly seconds: number;
}

export interface SendOutcome {
  readonly records: number;
  /** From the first byte sent to the last acknowledgement. */
  readonly seconds: number;
  /** One for each body: from its first byte to its receipt. */
  readonly acknowledgedMs: readonly number[];
}

/** @throws Error where a receipt counts anything but new records */
export async function sendBodies(options: SendOptions): Promise<SendOutcome> {
  const { bodies, batch, senders, seconds } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const acknowledgedMs: number[] = [];
  const begin = performance.now();
  const endAt = begin + seconds * 1000;
  let next = 0;
  const sendUntilEnd = async () => {
    for (let first = true; next < bodies.length; first = false) {
      const sentAt = performance.now();
      const body = bodies[next];
      if (body === undefined || (!first && sentAt >= endAt)) {
        return;
      }
      next += 1;
      await send(body, agent, options);
      acknowledgedMs.push(performance.now() - sentAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: senders }, sendUntilEnd));
  } finally {
    agent.destroy();
  }
  return {
    records: acknowledgedMs.length * batch,
    seconds: (performance.now() - begin) / 1000,
    acknowledgedMs,
  };
}

function send(body: Buffer, agent: Agent, { server, batch }: SendOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/api/v1/invocations`, {
      method: 'POST',
      agent,
      headers: {
        authorization: server.authorization,
        'content-type': 'application/x-ndjson',
        'content-length': body.length,
      },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => {
        const complaint = complaintAbout(response.statusCode, text, batch);
        if (complaint === undefined) {
          resolve();
        } else {
          reject(new Error(complaint));
        }
      });
    });
    sent.end(body);
  });
}

function complaintAbout(status: number | undefined, text: string, batch: number) {
  const accepted = status === 200 ? (JSON.parse(text) as { accepted: number }).accepted : undefined;
  return accepted === batch
    ? undefined
    : `of ${batch} new records the server took ${accepted ?? 0} (status ${status}): ${text.slice(0, 500)}`;
}
