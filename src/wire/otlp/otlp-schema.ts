// The messages of OTLP that runs are read from and answered with, as descriptors for the protobuf
// library. Names and numbers are those of the OTLP specification (opentelemetry-proto 1.x, trace,
// logs, common, resource, collector; google.rpc.Status). What stands in no table is skipped.

import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** The two encodings of OTLP/HTTP. */
export type OtlpEncoding = 'protobuf' | 'json';

export interface OtlpAnyValue {
  readonly value:
    | { readonly case: 'stringValue'; readonly value: string }
    | { readonly case: 'boolValue'; readonly value: boolean }
    | { readonly case: 'intValue'; readonly value: bigint }
    | { readonly case: 'doubleValue'; readonly value: number }
    | { readonly case: 'arrayValue'; readonly value: { readonly values: readonly OtlpAnyValue[] } }
    | { readonly case: 'kvlistValue'; readonly value: { readonly values: readonly OtlpKeyValue[] } }
    | { readonly case: 'bytesValue'; readonly value: Uint8Array }
    | { readonly case: undefined };
}

export interface OtlpKeyValue {
  readonly key: string;
  readonly value?: OtlpAnyValue;
}

/** Bytes in protobuf, hexadecimal digits in JSON. */
export type OtlpId = Uint8Array | string;

/** A resource, or an instrumentation scope: both say what is true of all that follows. */
export interface OtlpAttributeOwner {
  readonly attributes: readonly OtlpKeyValue[];
}

export interface OtlpLogRecord extends OtlpAttributeOwner {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body?: OtlpAnyValue;
  readonly eventName: string;
}

interface OtlpEvent extends OtlpAttributeOwner {
  readonly name: string;
}

export interface OtlpSpan extends OtlpAttributeOwner {
  readonly traceId: OtlpId;
  readonly parentSpanId: OtlpId;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly events: readonly OtlpEvent[];
  readonly status?: { readonly message: string; readonly code: number };
}

/** Number of the field, and its type: a scalar, an id, or a message; [] is repeated. */
type FieldRow = readonly [number: number, type: string];
type MessageTable = Readonly<Record<string, Readonly<Record<string, FieldRow>>>>;

const messageTables: MessageTable = {
  Resource: { attributes: [1, 'KeyValue[]'] },
  InstrumentationScope: { attributes: [3, 'KeyValue[]'] },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    observedTimeUnixNano: [11, 'fixed64'],
    severityNumber: [2, 'int32'],
    severityText: [3, 'string'],
    body: [5, 'AnyValue'],
    attributes: [6, 'KeyValue[]'],
    eventName: [12, 'string'],
  },
  Span: {
    traceId: [1, 'id'],
    parentSpanId: [4, 'id'],
    flags: [16, 'fixed32'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, 'KeyValue[]'],
    events: [11, 'Event[]'],
    status: [15, 'SpanStatus'],
  },
  Event: { name: [2, 'string'], attributes: [3, 'KeyValue[]'] },
  SpanStatus: { message: [2, 'string'], code: [3, 'int32'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  ArrayValue: { values: [1, 'AnyValue[]'] },
  KeyValueList: { values: [1, 'KeyValue[]'] },
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ExportLogsServiceResponse: { partialSuccess: [1, 'ExportLogsPartialSuccess'] },
  ExportLogsPartialSuccess: { rejectedLogRecords: [1, 'int64'], errorMessage: [2, 'string'] },
  ExportTraceServiceResponse: { partialSuccess: [1, 'ExportTracePartialSuccess'] },
  ExportTracePartialSuccess: { rejectedSpans: [1, 'int64'], errorMessage: [2, 'string'] },
  Status: { code: [1, 'int32'], message: [2, 'string'] },
};

/** Of its fields one at most is there. */
const ONE_OF = 'AnyValue';
const PACKAGE = 'otlp';

/** Messages inside messages: an attribute's or a body's value may have some 32 levels of maps. */
const NESTING_MAX = 100;

/** JSON has ids as hexadecimal text, so that it needs descriptors of its own. */
const schemas = { protobuf: buildSchema('bytes'), json: buildSchema('string') };

/** Throws what the library throws where the bytes or the value are no such message. */
export interface MessageReader<Message> {
  protobuf(bytes: Uint8Array): Message;
  /** @param value parsed JSON without half surrogates; unknown members are ignored */
  json(value: unknown): Message;
}

export const logRecordReader = messageReader<OtlpLogRecord>('LogRecord');
export const spanReader = messageReader<OtlpSpan>('Span');
export const resourceReader = messageReader<OtlpAttributeOwner>('Resource');
export const scopeReader = messageReader<OtlpAttributeOwner>('InstrumentationScope');

/**
 * @param members as the library takes them: 64-bit numbers as bigint
 * @returns the message in the encoding; JSON as UTF-8
 */
export function encodeOtlpMessage(
  name: 'ExportLogsServiceResponse' | 'ExportTraceServiceResponse' | 'Status',
  members: Readonly<Record<string, unknown>>,
  encoding: OtlpEncoding,
): Buffer {
  const schema = schemaOf(encoding, name);
  const message = create(schema, members);
  return encoding === 'json'
    ? Buffer.from(toJsonString(schema, message))
    : Buffer.from(toBinary(schema, message));
}

function messageReader<Message>(name: string): MessageReader<Message> {
  const options = { recursionLimit: NESTING_MAX };
  const binary = schemaOf('protobuf', name);
  const json = schemaOf('json', name);
  // The tables above say what the interfaces say.
  return {
    protobuf: (bytes) =>
      fromBinary(binary, bytes, { ...options, readUnknownFields: false }) as unknown as Message,
    json: (value) =>
      fromJson(json, value as JsonValue, {
        ...options,
        ignoreUnknownFields: true,
      }) as unknown as Message,
  };
}

function schemaOf(encoding: OtlpEncoding, name: string): DescMessage {
  const schema = schemas[encoding].getMessage(`${PACKAGE}.${name}`);
  if (schema === undefined) {
    throw new Error(`there is no message ${name} in the tables`);
  }
  return schema;
}

function buildSchema(idType: 'bytes' | 'string') {
  const messageType = Object.entries(messageTables).map(([name, fields]) => ({
    name,
    ...(name === ONE_OF ? { oneofDecl: [{ name: 'value' }] } : {}),
    field: Object.entries(fields).map(([jsonName, [number, type]]) => ({
      name: snakeCase(jsonName),
      jsonName,
      number,
      ...(name === ONE_OF ? { oneofIndex: 0 } : {}),
      label: type.endsWith('[]') ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL',
      ...typeOf(type.replace('[]', ''), idType),
    })),
  }));
  const file = fromJson(FileDescriptorProtoSchema, {
    name: `${PACKAGE}.proto`,
    package: PACKAGE,
    edition: 'EDITION_2023',
    // Bytes that are no UTF-8 in one text are no reason to lose a batch of records.
    options: { features: { fieldPresence: 'IMPLICIT', utf8Validation: 'NONE' } },
    messageType,
  });
  return createFileRegistry(file, () => undefined);
}

function typeOf(type: string, idType: string): { type: string; typeName?: string } {
  if (type in messageTables) {
    return { type: 'TYPE_MESSAGE', typeName: `.${PACKAGE}.${type}` };
  }
  return { type: `TYPE_${(type === 'id' ? idType : type).toUpperCase()}` };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
