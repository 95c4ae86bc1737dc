// Any order of writing, rotation, compression, restarts and kills: all lines arrive, and no others.

import {
  copyFile,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FollowedFolder, LOG } from '../../../test/support/followed-folder.ts';

const RUNS = Number(process.env['FOLLOW_RUNS'] ?? 60);

type Step =
  | { readonly kind: 'append'; readonly count: number; readonly half: boolean }
  | { readonly kind: 'rename'; readonly reopens: boolean }
  | { readonly kind: 'copy' }
  | { readonly kind: 'compress'; readonly place: number; readonly keepsTime: boolean }
  | { readonly kind: 'round' | 'restart' | 'die' | 'pass' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      count: fc.integer({ min: 0, max: 5 }),
      half: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rename' as const), reopens: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compress' as const),
      place: fc.integer({ min: 1, max: 4 }),
      keepsTime: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('round', 'round', 'restart', 'die', 'pass') }),
  },
);

class World {
  readonly folder: FollowedFolder;
  readonly #pattern: string;
  readonly written: string[] = [];
  /** What is missing of the line that is half written. */
  #missing = '';
  /** The program writes to the file of this place still: its rename is not noticed yet. */
  #isBehind = false;
  #places = 0;

  constructor(folder: FollowedFolder, pattern: string) {
    this.folder = folder;
    this.#pattern = pattern;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        return await this.#append(step.count, step.half);
      case 'rename':
        return await this.#rename(step.reopens);
      case 'copy':
        return await this.#copy();
      case 'compress':
        return await this.#compress(step.place, step.keepsTime);
      case 'round':
        await (await this.folder.start(this.#pattern)).round();
        return;
      case 'restart':
        return await this.folder.kill();
      case 'die':
        return await this.#die();
      case 'pass':
        // A program that leaves a rotated file alone for so long has ended its line.
        await (this.#isBehind ? this.#append(0, false) : undefined);
        return this.folder.pass(this.folder.limits.settleMs);
    }
  }

  async finish(): Promise<void> {
    await this.#append(1, false);
    await this.#reopen();
    await this.folder.settle(this.#pattern);
    await this.folder.kill();
    await this.folder.settle(this.#pattern);
  }

  async #append(count: number, half: boolean): Promise<void> {
    let text = this.#missing;
    this.#missing = '';
    for (let index = 0; index < count; index++) {
      const line = JSON.stringify({ id: this.written.length, text: 'x'.repeat(count * 30) });
      this.written.push(line);
      const isHalf = half && index === count - 1;
      text += isHalf ? line.slice(0, 20) : `${line}\n`;
      this.#missing = isHalf ? `${line.slice(20)}\n` : '';
    }
    await this.folder.append(LOG, text);
  }

  async #rename(reopens: boolean): Promise<void> {
    await this.#reopen();
    await this.#shift();
    await rename(this.folder.file(LOG), this.folder.file(`${LOG}.1`)).catch(() => undefined);
    this.#isBehind = true;
    if (reopens) {
      await this.#reopen();
    }
  }

  /** A program completes its line before it opens the new file. */
  async #reopen(): Promise<void> {
    if (this.#isBehind) {
      await this.#append(0, false);
      await this.folder.reopen(LOG);
      await this.#append(0, false);
      this.#isBehind = false;
    }
  }

  async #copy(): Promise<void> {
    await this.#append(0, false);
    await this.#reopen();
    await this.#shift();
    await copyFile(this.folder.file(LOG), this.folder.file(`${LOG}.1`));
    await truncate(this.folder.file(LOG));
  }

  async #compress(place: number, keepsTime: boolean): Promise<void> {
    const path = this.folder.file(`${LOG}.${place}`);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || this.#isBehind) {
      return;
    }
    await writeFile(`${path}.gz`, gzipSync(await readFile(path)));
    if (keepsTime) {
      await utimes(`${path}.gz`, found.atime, found.mtime);
    }
    await rm(path);
  }

  async #shift(): Promise<void> {
    this.#places += 1;
    for (let place = this.#places; place > 0; place--) {
      for (const ending of ['', '.gz']) {
        const path = this.folder.file(`${LOG}.${place}${ending}`);
        await rename(path, this.folder.file(`${LOG}.${place + 1}${ending}`)).catch(() => undefined);
      }
    }
  }

  async #die(): Promise<void> {
    const follower = await this.folder.start(this.#pattern);
    this.folder.diesAfterReceipt = true;
    await follower.round().catch(() => undefined);
    this.folder.diesAfterReceipt = false;
    await this.folder.kill();
  }
}

test('all lines arrive, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.constantFrom(LOG, `${LOG}*`),
      fc.constantFrom(2, 1_000),
      async (steps, pattern, recordsMax) => {
        const folder = await FollowedFolder.create({ recordsMax });
        try {
          const world = new World(folder, pattern);
          // What is rotated before the follower's first look is none of its.
          await world.take({ kind: 'append', count: 0, half: false });
          await (await folder.start(pattern)).round();
          for (const one of steps) {
            await world.take(one);
          }
          await world.finish();
          const { delivered } = folder;
          expect([...new Set(delivered)].sort()).toEqual([...world.written].sort());
          if (!steps.some(({ kind }) => kind === 'die' || kind === 'copy')) {
            expect(delivered).toHaveLength(world.written.length);
          }
        } finally {
          await folder.remove();
        }
      },
    ),
    { numRuns: RUNS },
  );
});
