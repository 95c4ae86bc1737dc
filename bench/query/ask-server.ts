// Questions over HTTP to a running server.

import { HttpConnection } from '../ingest/http-connection.ts';
import type { ServerProcess } from '../server-process.ts';
import type { ModelQuestion, WorkloadModel } from './workload-model.ts';

export interface Asked {
  /** From the first byte of the question to the last of the answer. */
  readonly tookMs: number;
  readonly total: number;
  readonly requestIds: readonly string[];
}

export class ServerQuestions {
  readonly #connection: HttpConnection;
  readonly #server: ServerProcess;
  readonly #model: WorkloadModel;

  constructor(server: ServerProcess, model: WorkloadModel) {
    this.#connection = new HttpConnection(server.url);
    this.#server = server;
    this.#model = model;
  }

  async ask(question: ModelQuestion): Promise<Asked> {
    await this.#connection.open();
    const request = this.#requestOf(question);
    const begin = performance.now();
    const { status, text } = await this.#connection.send(request);
    const tookMs = performance.now() - begin;
    if (status !== 200) {
      throw new Error(`the server answered ${status}: ${text.slice(0, 500)}`);
    }
    const page = JSON.parse(text) as {
      readonly total: number;
      readonly invocations: readonly { readonly requestId: string }[];
    };
    const requestIds = page.invocations.map(({ requestId }) => requestId);
    return { tookMs, total: page.total, requestIds };
  }

  close(): void {
    this.#connection.close();
  }

  #requestOf({ filter, orderBy, order, offset, limit }: ModelQuestion): Buffer {
    const { fn, failed, sinceUs, untilUs, requestId } = filter;
    const time = (us: number) => new Date(us / 1000).toISOString();
    const given = {
      functionName: fn === undefined ? undefined : this.#model.names[fn],
      status: failed === undefined ? undefined : 'failed',
      since: sinceUs === undefined ? undefined : time(sinceUs),
      until: untilUs === undefined ? undefined : time(untilUs),
      requestId,
      ...{ orderBy, order, offset: String(offset), limit: String(limit) },
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) {
        query.set(name, value);
      }
    }
    const { authorization, url } = this.#server;
    const lines = [
      `GET /api/v1/invocations?${query} HTTP/1.1`,
      `host: ${new URL(url).host}`,
      `authorization: ${authorization}`,
      '\r\n',
    ];
    return Buffer.from(lines.join('\r\n'));
  }
}
