// Records that were not taken: a few are shown, all go into a file where one is named.

import { closeSync, openSync, writeSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import type { RejectedRecord } from './deliver-batches.ts';

/** More reasons than this go into the file only. */
const REASONS_SHOWN = 5;

export class Rejects {
  readonly #path: string | undefined;
  readonly #descriptor: number | undefined;
  readonly #shown: string[] = [];

  /**
   * @param path undefined: they are counted, and a few are shown
   * @param goesOn what an import that was stopped has put there is kept
   * @throws AppError invalid_parameter
   */
  constructor(path: string | undefined, goesOn: boolean) {
    this.#path = path;
    this.#descriptor = path === undefined ? undefined : openForWriting(path, goesOn);
  }

  /** On disk on return, as far as the operating system is concerned. */
  add(file: string, { line, field, reason, record }: RejectedRecord): void {
    if (this.#descriptor !== undefined) {
      const text = JSON.stringify({ file, line, field, reason, record });
      writeSync(this.#descriptor, `${text}\n`);
    }
    if (this.#shown.length < REASONS_SHOWN) {
      this.#shown.push(`  ${file}, line ${line}: ${[field, reason].join(' ').trim()}`);
    }
  }

  /** The sentence that tells of them. */
  text(count: number): string {
    const path = this.#path;
    const where = path === undefined ? 'give --rejects FILE to keep them' : `they are in ${path}`;
    return [`${count} records were not taken; ${where}:`, ...this.#shown].join('\n');
  }

  close(): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
    }
  }
}

function openForWriting(path: string, goesOn: boolean): number {
  try {
    return openSync(path, goesOn ? 'a' : 'w', 0o600);
  } catch (cause) {
    throw new AppError('invalid_parameter', `--rejects: ${path} cannot be written`, { cause });
  }
}
