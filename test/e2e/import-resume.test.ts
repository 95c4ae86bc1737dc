// fnlog import that is stopped half way, by Ctrl-C and by kill -9: the same command goes on from
// there, and in the end every record is there once.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Ended,
  runFnlog,
  importSummary as summary,
  withoutTime,
} from '../support/run-fnlog.ts';

const RECORDS = 50_000;
const POLL_MS = 2;
/** Far above what any of it takes on a busy machine: a bound, not an expectation. */
const TEST_MS_MAX = 300_000;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-resume-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const record = (index: number) =>
  `{"functionName":"big","requestId":"r${index}","startTime":${1769860800000 + index},"log":"line ${index}"}\n`;
const records = Array.from({ length: RECORDS }, (_, index) => record(index)).join('');
/** One that is no record at each end. */
const withBad = `nonsense\n${records}{"functionName":"big"}\n`;

interface Noted {
  readonly path: string;
  /** Values that are done. */
  readonly done: number;
}

async function noteOf(dataDir: string, file: string): Promise<Noted | undefined> {
  const folder = join(dataDir, 'import');
  const names = await readdir(folder).catch(() => []);
  const notes = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => {
      // Gone by now, where the import has ended.
      const text = await readFile(join(folder, name), 'utf8').catch(() => '{}');
      return JSON.parse(text) as Noted;
    });
  return (await Promise.all(notes)).find(({ path }) => path === file);
}

/** Runs an import, and sends it a signal once some of its last file is done. */
async function stopped(
  dataDir: string,
  files: readonly string[],
  signal: NodeJS.Signals,
  args: readonly string[] = [],
): Promise<Ended> {
  let ended = false;
  const last = files.at(-1) ?? '';
  const run = runFnlog(['import', ...files, ...args], {
    env: { FNLOG_DATA_DIR: dataDir },
    onStart: (child) => {
      void (async () => {
        while (!ended && (await noteOf(dataDir, last)) === undefined) {
          await wait(POLL_MS);
        }
        child.kill(signal);
      })();
    },
  });
  const result = await run;
  ended = true;
  return result;
}

const importAgain = (dataDir: string, ...args: string[]) =>
  runFnlog(['import', ...args], { env: { FNLOG_DATA_DIR: dataDir } });

async function countIn(dataDir: string): Promise<string> {
  const args = ['logs', 'big', '-n', '1', '-o', 'json'];
  const { stdout } = await runFnlog(args, { env: { FNLOG_DATA_DIR: dataDir } });
  return String((JSON.parse(stdout) as { total: number }).total);
}

const readOf = (ended: Ended) =>
  Number((/^([\d,]+) records read/.exec(ended.stdout)?.[1] ?? '').replaceAll(',', ''));

describe('an import that is stopped', { timeout: TEST_MS_MAX }, () => {
  test.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['as gzip', (text: string) => gzipSync(text, { level: 1 })],
  ])('by Ctrl-C ends with 130, and goes on from there: %s', async (name, pack) => {
    const dataDir = join(directory, `stopped ${name}`);
    const file = join(directory, `${name} file`);
    const rejects = join(directory, `${name} rejects`);
    await writeFile(file, pack(withBad));
    const args = ['--rejects', rejects];
    const first = await stopped(dataDir, [file], 'SIGINT', args);
    expect(first.code).toBe(130);
    expect(first.stderr).toContain(`stopped in ${file}; the same command goes on from there`);
    const { done = 0 } = (await noteOf(dataDir, file)) ?? {};
    expect(readOf(first)).toBe(done);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(RECORDS);

    const second = await importAgain(dataDir, file, ...args);
    const rest = RECORDS + 2 - done;
    expect(withoutTime(second.stdout)).toBe(summary(rest, rest - 1, 0, 1));
    expect(second.stderr).toContain(`${file} goes on where it was stopped`);
    expect(await countIn(dataDir)).toBe(String(RECORDS));
    const lines = (await readFile(rejects, 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([
      1,
      RECORDS + 2,
    ]);
    expect(await noteOf(dataDir, file)).toBeUndefined();
  });

  test('by kill -9 goes on from there too', async () => {
    const dataDir = join(directory, 'killed');
    const file = join(directory, 'killed file');
    await writeFile(file, records);
    const first = await stopped(dataDir, [file], 'SIGKILL');
    expect(first.stdout).toBe('');
    const { done = 0 } = (await noteOf(dataDir, file)) ?? {};
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(RECORDS);

    const second = await importAgain(dataDir, file);
    expect(second.code).toBe(0);
    expect(readOf(second)).toBe(RECORDS - done);
    expect(await countIn(dataDir)).toBe(String(RECORDS));

    const third = await importAgain(dataDir, file);
    expect(withoutTime(third.stdout)).toBe(summary(RECORDS, 0, RECORDS));
  });

  test('begins anew where it is told to, or where the file is another one', async () => {
    const dataDir = join(directory, 'anew');
    const file = join(directory, 'anew file');
    await writeFile(file, records);
    await stopped(dataDir, [file], 'SIGINT');
    expect(await noteOf(dataDir, file)).toBeDefined();
    const other = `${record(RECORDS)}${record(RECORDS + 1)}`;
    await writeFile(file, other);
    expect(withoutTime((await importAgain(dataDir, file)).stdout)).toBe(summary(2, 2));

    await writeFile(file, records);
    await stopped(dataDir, [file], 'SIGINT');
    const again = await importAgain(dataDir, file, '--from-start');
    expect(readOf(again)).toBe(RECORDS);
    expect(await countIn(dataDir)).toBe(String(RECORDS + 2));
  });

  test('does not read again the files that it was through with', async () => {
    const dataDir = join(directory, 'several');
    const [small, big] = [join(directory, 'small file'), join(directory, 'big file')];
    await writeFile(small, record(RECORDS));
    await writeFile(big, records.slice(0, -1));
    await stopped(dataDir, [small, big], 'SIGINT');
    const again = await importAgain(dataDir, small, big);
    expect(again.stderr).toContain(`${small} was read to its end before`);
    expect(await countIn(dataDir)).toBe(String(RECORDS + 1));
    expect(await readdir(join(dataDir, 'import'))).toEqual([]);
  });
});
