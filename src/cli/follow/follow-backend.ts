// The store that a follower delivers to. Opened when it is needed first, and found again where the
// server of the data directory comes back under another address.

import { openServerFile } from '../../app/keys.ts';
import type { Settings } from '../../config/schema.ts';
import { AppError } from '../../domain/errors.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import { isAlive } from '../native-client.ts';
import { type Backend, openBackend } from '../open-backend.ts';

export class FollowBackend {
  readonly #settings: Settings;
  #backend: Backend | undefined;
  /** Where a server of the data directory listened when the backend was opened. */
  #url: string | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws AppError as openBackend does */
  async open(): Promise<Backend> {
    this.#url = openServerFile(this.#settings).read()?.url;
    this.#backend = await openBackend(this.#settings);
    return this.#backend;
  }

  /** @throws AppError as Backend.ingest does, and openBackend */
  async ingest(records: readonly unknown[]): Promise<NativeReceipt> {
    const backend = this.#backend ?? (await this.open());
    try {
      return await backend.ingest(records);
    } catch (error) {
      if (
        error instanceof AppError &&
        error.code === 'store_unavailable' &&
        (await this.#hasMoved())
      ) {
        await this.close();
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    const backend = this.#backend;
    this.#backend = undefined;
    await backend?.close();
  }

  /** Only to another server: opened while none runs, the store would be taken from the next one. */
  async #hasMoved(): Promise<boolean> {
    if (this.#settings.server !== undefined) {
      return false;
    }
    const server = openServerFile(this.#settings).read();
    return server !== undefined && server.url !== this.#url && (await isAlive(server));
  }
}
