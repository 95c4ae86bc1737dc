// Takes the address that the settings ask for.

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
