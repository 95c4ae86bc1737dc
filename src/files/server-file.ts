// Where a running server can be reached, for commands on the same machine: a small file in the
// data directory, there while the server listens.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ url: z.string(), pid: z.number().int() });

export class ServerFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  write(url: string): void {
    writeFileSync(this.#path, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  }

  /** @returns the address that was written last, undefined where none is; it may be stale */
  readUrl(): string | undefined {
    try {
      return schema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).url;
    } catch {
      // Missing or half written: as good as no server.
      return undefined;
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
