// Where lines go that are not taken: into a file with the reason, and the first few to the person.

import { appendFile } from 'node:fs/promises';
import { AppError } from '../../domain/errors.ts';

/** A line that is no record, and why. */
export interface RejectedLine {
  readonly file: string;
  /** Where the line begins. */
  readonly byte: number;
  /** Empty where the line as a whole is at fault. */
  readonly field: string;
  readonly reason: string;
  /** Undefined where the bytes are no value. */
  readonly record: unknown;
  readonly bytes: Buffer;
}

/** More reasons than this go into the file only. */
const REASONS_SHOWN = 5;
/** Of a line that cannot be read so much is kept. */
const TEXT_BYTES_MAX = 64 * 1024;

export class FollowRejects {
  readonly #path: string | undefined;
  readonly #note: (text: string) => void;
  #shown = 0;
  #saidMore = false;

  constructor(path: string | undefined, note: (text: string) => void) {
    this.#path = path;
    this.#note = note;
  }

  /** @throws AppError invalid_parameter where the file cannot be written */
  async check(): Promise<void> {
    await this.#append('');
  }

  /** Durable on return, where there is a file. */
  async add(rejected: readonly RejectedLine[]): Promise<void> {
    await this.#append(rejected.map((one) => `${JSON.stringify(keptOf(one))}\n`).join(''));
    for (const { file, byte, field, reason } of rejected) {
      this.#shown += 1;
      if (this.#shown > REASONS_SHOWN) {
        break;
      }
      const why = [field, reason].join(' ').trim();
      this.#note(`not taken: ${file}, byte ${byte}: ${why}`);
    }
    if (this.#shown > REASONS_SHOWN && !this.#saidMore) {
      this.#saidMore = true;
      const where =
        this.#path === undefined ? 'give --rejects FILE to keep them' : `they are in ${this.#path}`;
      this.#note(`more lines were not taken, and are counted; ${where}`);
    }
  }

  async #append(text: string): Promise<void> {
    if (this.#path === undefined) {
      return;
    }
    try {
      await appendFile(this.#path, text, { mode: 0o600, flush: true });
    } catch (cause) {
      const message = `the rejects file ${this.#path} cannot be written`;
      throw new AppError('invalid_parameter', message, { cause });
    }
  }
}

function keptOf({ file, byte, field, reason, record, bytes }: RejectedLine) {
  const place = { file, byte, field, reason };
  return record === undefined
    ? { ...place, text: bytes.subarray(0, TEXT_BYTES_MAX).toString('utf8') }
    : { ...place, record };
}
