// fnlog import --follow: growing files into a store, until told to stop.

import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Settings } from '../../config/schema.ts';
import { systemClock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import { buildReadZonedTime } from '../../wire/time-from-zone.ts';
import type { ImportTally } from '../import/import-records.ts';
import { stopSignal } from '../stop-signal.ts';
import { deliverSlices } from './deliver-slices.ts';
import { FollowBackend } from './follow-backend.ts';
import { FollowRejects } from './follow-rejects.ts';
import { FollowReport } from './follow-report.ts';
import { followStatePath } from './follow-state.ts';
import { Follower, followLimitsDefault } from './follower.ts';
import { patienceDefault, patiently } from './patience.ts';
import { isGzipName } from './rotated-name.ts';

export interface FollowOptions {
  readonly follow?: true;
  readonly state?: string;
  readonly namespace?: string;
  readonly rejects?: string;
  /** What only an import of whole files takes. */
  readonly format?: string;
  readonly columns?: string;
  readonly functionName?: string;
  readonly fromStart?: true;
}

const POLL_MS = 500;
const STANDARD_INPUT = '-';
const NATIVE = 'native';
const FORMATS: readonly (string | undefined)[] = [undefined, NATIVE, 'getfunctionlogs'];
/** What Node calls the error of an aborted wait. */
const ABORTED = 'AbortError';

/** Adds the options of a follower to the command of an import. */
export function addFollowOptions(command: Command): Command {
  return command
    .option(
      '-f, --follow',
      'Keep reading as the files grow, over rotation and restarts; "logs/*.ndjson" in quotes takes new files in too.',
    )
    .option(
      '--state <file>',
      'With --follow: where positions are kept, instead of DATA_DIR/import.',
    );
}

/**
 * Follows until SIGINT or SIGTERM; the batch under way is completed.
 *
 * @param patterns paths, in which `*`, `?` and `[…]` stand for parts of one name
 * @throws AppError invalid_parameter, data_dir_unusable, and what a server says that waiting does
 *   not help against
 */
export async function followFiles(
  patterns: readonly string[],
  options: FollowOptions,
  settings: Settings,
): Promise<void> {
  assertFollowed(patterns, options);
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const tally: ImportTally = { accepted: 0, replaced: 0, duplicates: 0, rejected: 0 };
  let caughtUpAtMs = systemClock.now();
  const report = new FollowReport(process.stderr, () => ({
    files: follower.fileCount,
    accepted: tally.accepted,
    known: tally.replaced + tally.duplicates,
    rejected: tally.rejected,
    behindMs: systemClock.now() - caughtUpAtMs,
  }));
  const note = (text: string) => report.note(text);
  const patience = { ...patienceDefault, signal: stop.signal, note };
  const rejects = new FollowRejects(options.rejects, note);
  const backend = new FollowBackend(settings);
  const statePath = options.state ?? followStatePath(patterns, settings);
  const follower = await Follower.open({
    patterns,
    statePath,
    note,
    clock: systemClock,
    limits: followLimitsDefault,
    deliver: async (slices) => {
      stop.signal.throwIfAborted();
      await deliverSlices(slices, {
        tally,
        ingest: (records) => patiently(() => backend.ingest(records), patience),
        recordBytesMax: followLimitsDefault.lineBytesMax,
        onRejected: (rejected) => rejects.add(rejected),
        readTime: buildReadZonedTime(settings.timeZone),
        namespace: options.namespace,
        nativeOnly: options.format === NATIVE,
      });
    },
  });
  await rejects.check();
  report.start();
  try {
    await patiently(() => backend.open(), patience);
    note(`following; positions are kept in ${statePath}`);
    while (!stop.signal.aborted) {
      if (!(await follower.round())) {
        caughtUpAtMs = systemClock.now();
        await wait(POLL_MS, undefined, { signal: stop.signal });
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === ABORTED)) {
      throw error;
    }
  } finally {
    report.stop();
    await follower.close();
    await backend.close();
  }
}

function assertFollowed(patterns: readonly string[], options: FollowOptions): void {
  if (patterns.includes(STANDARD_INPUT)) {
    throw new AppError('invalid_parameter', '--follow follows files, and standard input is none');
  }
  const packed = patterns.find(isGzipName);
  if (packed !== undefined) {
    const message = `${packed} is compressed and does not grow: import it without --follow`;
    throw new AppError('invalid_parameter', message);
  }
  const { format, columns, functionName, fromStart } = options;
  if (!FORMATS.includes(format)) {
    throw new AppError(
      'invalid_parameter',
      `--follow takes --format native and getfunctionlogs, by lines, and not ${format}`,
    );
  }
  if (columns !== undefined || functionName !== undefined || fromStart !== undefined) {
    throw new AppError(
      'invalid_parameter',
      '--columns, --function-name and --from-start are not for --follow',
    );
  }
}
