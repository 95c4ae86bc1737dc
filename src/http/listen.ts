// Takes the address that the settings ask for, and gives it back.

import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * @returns http://HOST:PORT, or https:// where the server speaks TLS
 * @throws AppError invalid_setting where the address cannot be listened on; the server is closed
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: ListenAddress,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    await server.close();
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
    throw new AppError(
      'invalid_setting',
      `the address ${host}:${port} ${why}; choose another --port, or 0 for a free one`,
      { cause },
    );
  }
}

/** Below what supervisors wait between asking a program to end and ending it (10 s). */
const STOP_GRACE_MS = 7_000;

/**
 * Takes no more connections and waits for the requests under way. Connections that then still are
 * there, such as one on which nothing was ever sent, are cut after a few seconds.
 */
export async function stopListening(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), STOP_GRACE_MS);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}
