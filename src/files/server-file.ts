// Where a running server can be reached, for commands on the same machine: a small file in the
// data directory, there while the server listens.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({
  url: z.string(),
  certificate: z.string().optional(),
  pid: z.number().int(),
});

export interface ServerAddress {
  readonly url: string;
  /** The PEM of the certificate that this server shows; only where it speaks https. */
  readonly certificate?: string | undefined;
}

export class ServerFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The certificate is kept itself, not its path: a renewed file is not what the server shows. */
  write({ url, certificate }: ServerAddress): void {
    const content = { url, certificate, pid: process.pid };
    writeFileSync(this.#path, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  }

  /** @returns the address that was written last, undefined where none is; it may be stale */
  read(): ServerAddress | undefined {
    try {
      const { url, certificate } = schema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      return { url, certificate };
    } catch {
      // Missing or half written: as good as no server.
      return undefined;
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
