// The engine behind ClickHouse's HTTP interface, as far as the client uses it: lets the code for a
// server run where there is no server. The statements are carried out by the real engine.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Session } from 'chdb';

const NATIVE = '\nFORMAT Native';

export interface HttpEngine {
  /** http://127.0.0.1:PORT/default */
  readonly url: string;
  /** The paths and settings that came beside statements, to look at. */
  readonly requests: readonly URL[];
  close(): Promise<void>;
}

/** @param path an empty directory for the engine */
export async function startHttpEngine(path: string): Promise<HttpEngine> {
  const session = new Session(path);
  const requests: URL[] = [];
  // One statement at a time: parameters are set for the session, then used.
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://engine');
    requests.push(url);
    const turn = last.then(() => answer(session, url, request));
    last = turn.catch(() => undefined);
    turn.then(
      (body) => response.end(body),
      (error: Error) => {
        const message = error.message;
        response.statusCode = 500;
        response.end(message.startsWith('Code:') ? message : `Code: 1. DB::Exception: ${message}`);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/default`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      session.close();
    },
  };
}

/** Binary data has no place in a statement's text here: it goes through a file. */
async function insertNative(session: Session, statement: string, body: Buffer): Promise<Buffer> {
  const path = join(await mkdtemp(join(tmpdir(), 'fnlog-native-')), 'body');
  try {
    await writeFile(path, body);
    // The settings of an INSERT that selects stand behind its SELECT.
    const [insert, settings = ''] = statement.split('SETTINGS');
    await session.queryAsync(
      `${insert} SELECT * FROM file('${path}', 'Native') SETTINGS ${settings}`,
    );
    return Buffer.alloc(0);
  } finally {
    await rm(dirname(path), { recursive: true });
  }
}

async function answer(session: Session, url: URL, request: IncomingMessage): Promise<Buffer> {
  const body = await buffer(request);
  if (url.pathname === '/ping') {
    return Buffer.from('Ok.\n');
  }
  const inUrl = url.searchParams.get('query');
  if (inUrl?.endsWith(NATIVE) === true) {
    return await insertNative(session, inUrl.slice(0, -NATIVE.length), body);
  }
  const statement = inUrl === null ? body.toString() : `${inUrl}\n${body}`;
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) {
      // The engine takes the text of a parameter in the same escaped form as over HTTP.
      const text = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
      await session.queryAsync(`SET ${name} = '${text}'`);
    }
  }
  const result = await session.queryAsync(statement);
  return Buffer.from(result.bytes());
}
