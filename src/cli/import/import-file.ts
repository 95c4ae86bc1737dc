// One file into a store: to whom its values go, and how big the requests are.

import { AppError } from '../../domain/errors.ts';
import { sources } from '../../wire/sources.ts';
import type { SourceQuery } from '../native-client.ts';
import type { Backend } from '../open-backend.ts';
import { deliverBatches, type ImportTally, type Item } from './deliver-batches.ts';
import { type EventFormat, type FileFormat, isEventFormat } from './formats.ts';
import { importRecords, patiently, type RejectedRecord } from './import-records.ts';
import { type OpenValuesOptions, openValues } from './open-values.ts';
import { FILE_START, type Place } from './place.ts';
import type { Progress } from './progress-note.ts';
import { isPackedEvent, sendEvents } from './send-events.ts';

export interface ImportFileOptions extends Omit<OpenValuesOptions, 'name' | 'from'> {
  readonly backend: Backend;
  readonly tally: ImportTally;
  readonly query: SourceQuery;
  readonly onRejected: (rejected: RejectedRecord) => void;
  /** Everything before the place is durable, or was rejected. */
  readonly onDone: (place: Place, count: number, format: FileFormat) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Events take more work than records, so their requests are smaller. */
const EVENTS_MAX = 5_000;
const EVENT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * @param progress where to go on; undefined: the start
 * @throws AppError malformed_request for a broken file, after everything before the fault is stored;
 *   body_too_large, invalid_parameter; as the backend does
 */
export async function importFile(
  { name, path }: { readonly name: string; readonly path: string },
  progress: Progress | undefined,
  options: ImportFileOptions,
): Promise<void> {
  const from = progress?.place ?? FILE_START;
  const { format, values } = await openValues(path, {
    ...options,
    name,
    from,
    format: options.format ?? progress?.format,
  });
  let done = from;
  await deliver(values, format, options, async (place, count) => {
    done = place ?? done;
    await options.onDone(done, count, format);
  });
}

async function deliver(
  values: AsyncIterable<Item>,
  format: FileFormat,
  options: ImportFileOptions,
  onDone: (place: Place | undefined, count: number) => Promise<void>,
): Promise<void> {
  const { backend, tally, query, readTime, onRejected, signal } = options;
  if (!isEventFormat(format)) {
    await importRecords(values, tally, {
      ingest: (records) => backend.ingest(records),
      nativeOnly: format === 'native' || format === 'csv',
      namespace: query.namespace,
      readTime,
      onRejected,
      onDone,
      signal,
    });
    return;
  }
  assertTaken(format, query);
  await deliverBatches(values, tally, {
    recordsMax: EVENTS_MAX,
    bytesMax: EVENT_BYTES_MAX,
    isAlone: isPackedEvent,
    send: (events) =>
      patiently(
        () => sendEvents(events, format, { ingestSource: backend.ingestSource, query }),
        signal,
      ),
    onRejected,
    onDone,
    signal,
  });
}

function assertTaken(format: EventFormat, { functionName }: SourceQuery): void {
  const takesName = sources.get(format)?.parameters.includes('functionName') === true;
  if (functionName !== undefined && !takesName) {
    throw new AppError(
      'invalid_parameter',
      `--function-name is for cloudwatch and lambda-telemetry; ${format} says the function itself`,
    );
  }
}
