// OTLP requests in protobuf, written from their JSON form by a table of its own: it holds the field
// numbers of opentelemetry-proto a second time, and not those that the decoder goes by.

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

type Json = Readonly<Record<string, unknown>>;
type Kind = 'fixed64' | 'fixed32' | 'varint' | 'double' | 'text' | 'hex' | 'base64' | 'bool';
/** Number, and how the member is written: a scalar, or the name of a message. */
type Row = readonly [number: number, kind: Kind | string];

const attributes = 'KeyValue';
const tables: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  Logs: { resourceLogs: [1, 'ResourceLogs'] },
  ResourceLogs: { resource: [1, 'Resource'], scopeLogs: [2, 'ScopeLogs'], schemaUrl: [3, 'text'] },
  ScopeLogs: { scope: [1, 'Scope'], logRecords: [2, 'LogRecord'], schemaUrl: [3, 'text'] },
  Traces: { resourceSpans: [1, 'ResourceSpans'] },
  ResourceSpans: { resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans'] },
  ScopeSpans: { scope: [1, 'Scope'], spans: [2, 'Span'], schemaUrl: [3, 'text'] },
  Resource: { attributes: [1, attributes], droppedAttributesCount: [2, 'varint'] },
  Scope: { name: [1, 'text'], version: [2, 'text'], attributes: [3, attributes] },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    severityNumber: [2, 'varint'],
    severityText: [3, 'text'],
    body: [5, 'AnyValue'],
    attributes: [6, attributes],
    droppedAttributesCount: [7, 'varint'],
    flags: [8, 'fixed32'],
    traceId: [9, 'hex'],
    spanId: [10, 'hex'],
    observedTimeUnixNano: [11, 'fixed64'],
    eventName: [12, 'text'],
  },
  Span: {
    traceId: [1, 'hex'],
    spanId: [2, 'hex'],
    traceState: [3, 'text'],
    parentSpanId: [4, 'hex'],
    name: [5, 'text'],
    kind: [6, 'varint'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, attributes],
    events: [11, 'Event'],
    status: [15, 'Status'],
    flags: [16, 'fixed32'],
  },
  Event: { timeUnixNano: [1, 'fixed64'], name: [2, 'text'], attributes: [3, attributes] },
  Status: { message: [2, 'text'], code: [3, 'varint'] },
  KeyValue: { key: [1, 'text'], value: [2, 'AnyValue'] },
  AnyValue: {
    stringValue: [1, 'text'],
    boolValue: [2, 'bool'],
    intValue: [3, 'varint'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'base64'],
  },
  ArrayValue: { values: [1, 'AnyValue'] },
  KeyValueList: { values: [1, attributes] },
};

/** @param request an export request in OTLP's JSON form; members that are in no table are left out */
export function otlpProtobuf(signal: 'logs' | 'traces', request: unknown): Buffer {
  const writer = new BinaryWriter();
  writeMessage(writer, signal === 'logs' ? 'Logs' : 'Traces', request as Json);
  return Buffer.from(writer.finish());
}

function writeMessage(writer: BinaryWriter, name: string, message: Json): void {
  for (const [member, row] of Object.entries(tables[name] ?? {})) {
    const value = message[member];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) {
        writeField(writer, row, one);
      }
    }
  }
}

function writeField(writer: BinaryWriter, [number, kind]: Row, value: unknown): void {
  switch (kind) {
    case 'fixed64':
      writer.tag(number, WireType.Bit64).fixed64(String(value));
      break;
    case 'fixed32':
      writer.tag(number, WireType.Bit32).fixed32(Number(value));
      break;
    case 'varint':
      writer.tag(number, WireType.Varint).int64(String(value));
      break;
    case 'bool':
      writer.tag(number, WireType.Varint).bool(value === true);
      break;
    case 'double':
      writer.tag(number, WireType.Bit64).double(Number(value));
      break;
    case 'text':
      writer.tag(number, WireType.LengthDelimited).string(String(value));
      break;
    case 'hex':
    case 'base64':
      writer.tag(number, WireType.LengthDelimited).bytes(Buffer.from(String(value), kind));
      break;
    default:
      writer.tag(number, WireType.LengthDelimited).fork();
      writeMessage(writer, kind, value as Json);
      writer.join();
  }
}
