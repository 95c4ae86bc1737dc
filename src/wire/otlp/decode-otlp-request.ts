// From the body of an OTLP/HTTP request to its records, one by one, in protobuf or in JSON.

import { jsonGroups, type OtlpListNames } from './json-envelope.ts';
import type { Attributes } from './otlp-attributes.ts';
import {
  logRecordReader,
  type MessageReader,
  type OtlpEncoding,
  type OtlpLogRecord,
  type OtlpSpan,
  spanReader,
} from './otlp-schema.ts';
import { type OtlpGroup, protobufGroups } from './protobuf-envelope.ts';

/** A record of a request with what its resource and scope say, or why it is none. */
export type OtlpEntry<Item> =
  | {
      /** 1-based place among the records of the request. */
      readonly line: number;
      readonly item: Item;
      readonly resource: Attributes;
      readonly scope: Attributes;
    }
  | { readonly line: number; readonly unreadable: string };

export interface OtlpRequestOptions {
  readonly encoding: OtlpEncoding;
  /** A longer record, resource or scope is not read. */
  readonly recordBytesMax: number;
}

/** What a request carries: log records, or spans. */
interface Signal<Item> {
  readonly names: OtlpListNames;
  readonly reader: MessageReader<Item>;
}

const logs: Signal<OtlpLogRecord> = {
  names: { groups: 'resourceLogs', scoped: 'scopeLogs', records: 'logRecords' },
  reader: logRecordReader,
};
const traces: Signal<OtlpSpan> = {
  names: { groups: 'resourceSpans', scoped: 'scopeSpans', records: 'spans' },
  reader: spanReader,
};

const REASON_CHARACTERS_MAX = 200;
/**
 * A record is read in one go, and empty attributes take two bytes each: a longer one would hold up
 * all other callers. Exporters send requests of at most this size over gRPC.
 */
const OTLP_RECORD_BYTES_MAX = 4 * 1024 * 1024;

/**
 * @param body after decompression
 * @returns the log records; a bad one is an entry that says so
 * @throws AppError malformed_request where the body as a whole is no ExportLogsServiceRequest;
 *   body_too_large where it has too many parts
 */
export function decodeOtlpLogs(
  body: Buffer,
  options: OtlpRequestOptions,
): Iterable<OtlpEntry<OtlpLogRecord>> {
  return decode(body, options, logs);
}

/** The same for the spans of an ExportTraceServiceRequest. */
export function decodeOtlpSpans(
  body: Buffer,
  options: OtlpRequestOptions,
): Iterable<OtlpEntry<OtlpSpan>> {
  return decode(body, options, traces);
}

function decode<Item>(
  body: Buffer,
  options: OtlpRequestOptions,
  { names, reader }: Signal<Item>,
): Iterable<OtlpEntry<Item>> {
  const recordBytesMax = Math.min(options.recordBytesMax, OTLP_RECORD_BYTES_MAX);
  return options.encoding === 'json'
    ? entriesOf(jsonGroups(body, names), reader.json)
    : entriesOf(protobufGroups(body, recordBytesMax), (bytes) => {
        if (bytes.length > recordBytesMax) {
          throw new RangeError(
            `is ${bytes.length} bytes long; a record may have ${recordBytesMax}`,
          );
        }
        return reader.protobuf(bytes);
      });
}

function* entriesOf<Raw, Item>(
  groups: readonly OtlpGroup<Raw>[],
  read: (raw: Raw) => Item,
): Generator<OtlpEntry<Item>> {
  let line = 0;
  for (const { resource, scope, records } of groups) {
    for (const raw of records()) {
      line += 1;
      yield entryOf(line, () => ({ item: read(raw), resource, scope }));
    }
  }
}

/** Only the library throws in here: for a record that is none. */
function entryOf<Item>(
  line: number,
  read: () => { item: Item; resource: Attributes; scope: Attributes },
): OtlpEntry<Item> {
  try {
    return { line, ...read() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { line, unreadable: why.slice(0, REASON_CHARACTERS_MAX).toWellFormed() };
  }
}
