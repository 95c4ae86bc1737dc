// A server of HTTP that answers as a test says, for what a real one does only when it is ill. It
// remembers the records of every request that it has acknowledged.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A receipt for all records where left out. */
  readonly body?: string;
}

interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly lines: readonly string[];
}

/** Answers a request; 'silence' holds it open, 'hang up' closes the connection. */
export type Script = (request: ReceivedRequest) => ScriptedAnswer | 'silence' | 'hang up';

export interface ScriptedServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** Lines of the requests that were answered with a receipt. */
  readonly acknowledged: string[];
  /** What is answered from now on. */
  script: Script;
  stop(): Promise<void>;
}

const receipt: Script = () => ({ status: 200 });

export async function startScriptedServer(script: Script = receipt): Promise<ScriptedServer> {
  const state = {
    url: '',
    requests: [] as ReceivedRequest[],
    acknowledged: [] as string[],
    script,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(state, request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

function answer(
  state: ScriptedServer,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
): void {
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  const lines = plain.toString('utf8').split('\n').filter(Boolean);
  const received = { path: request.url ?? '', headers: request.headers, lines };
  state.requests.push(received);
  const said = state.script(received);
  if (said === 'silence') {
    return;
  }
  if (said === 'hang up') {
    request.socket.destroy();
    return;
  }
  if (said.status === 200 && said.body === undefined) {
    state.acknowledged.push(...lines);
  }
  const all = { accepted: lines.length, replaced: 0, duplicates: 0, rejected: [] };
  response.writeHead(said.status, said.headers);
  response.end(said.body ?? JSON.stringify(all));
}
