import { expect, test } from 'vitest';
import { withDirectory } from '../support/running-server.ts';
import { killNine } from './kill-nine.ts';

test('what was acknowledged survives kill -9, once and with its newest content', async () => {
  await withDirectory(async (dataDir) => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const rounds = await killNine({ dataDir, seed, rounds: 3, senders: 8 });
    expect(rounds).toHaveLength(3);
    expect(rounds.at(-1)?.stored).toBeGreaterThan(0);
  });
}, 120_000);
