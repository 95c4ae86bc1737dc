// The groups of a request in protobuf. Records stay bytes until they are asked for: one that cannot
// be read spoils only itself, and a request never stands in memory as a whole tree of objects.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../../domain/errors.ts';
import { type Attributes, attributesOf } from './otlp-attributes.ts';
import {
  type MessageReader,
  type OtlpAttributeOwner,
  resourceReader,
  scopeReader,
} from './otlp-schema.ts';

/** Records that one scope of one resource sent; `Raw` is a record that is not read yet. */
export interface OtlpGroup<Raw> {
  readonly resource: Attributes;
  readonly scope: Attributes;
  readonly records: () => Iterable<Raw>;
}

/** The same numbers in requests of logs and of traces. */
const REQUEST_GROUPS = 1;
const GROUP_OWNER = 1;
const GROUP_MEMBERS = 2;

/** Resources, scopes and records of one request; the smallest take two bytes each. */
const PARTS_MAX = 1_000_000;

/**
 * @param body an ExportLogsServiceRequest or ExportTraceServiceRequest
 * @param ownerBytesMax the most bytes of one resource or scope
 * @returns a group for each scope of each resource, after the whole request was gone through
 * @throws AppError malformed_request where the bytes are no such message; body_too_large
 */
export function protobufGroups(
  body: Uint8Array,
  ownerBytesMax: number,
): readonly OtlpGroup<Uint8Array>[] {
  const found: OtlpGroup<Uint8Array>[] = [];
  const bounds = { left: PARTS_MAX, ownerBytesMax };
  for (const group of messagesIn(body, REQUEST_GROUPS, bounds)) {
    const resource = ownerOf(group, resourceReader, bounds);
    for (const scoped of messagesIn(group, GROUP_MEMBERS, bounds)) {
      const scope = ownerOf(scoped, scopeReader, bounds);
      for (const _record of messagesIn(scoped, GROUP_MEMBERS, bounds)) {
        // Gone through for what it throws, before anything of the request is taken.
      }
      found.push({ resource, scope, records: () => messagesIn(scoped, GROUP_MEMBERS) });
    }
  }
  return found;
}

interface Bounds {
  /** How many more parts the request may have. */
  left: number;
  readonly ownerBytesMax: number;
}

function ownerOf(
  group: Uint8Array,
  reader: MessageReader<OtlpAttributeOwner>,
  bounds: Bounds,
): Attributes {
  let found: Attributes = new Map();
  for (const bytes of messagesIn(group, GROUP_OWNER, bounds)) {
    if (bytes.length > bounds.ownerBytesMax) {
      throw new AppError(
        'body_too_large',
        `a resource or scope is ${bytes.length} bytes long; it may have ${bounds.ownerBytesMax}`,
      );
    }
    try {
      found = attributesOf(reader.protobuf(bytes));
    } catch (cause) {
      throw noRequest(cause);
    }
  }
  return found;
}

/** The messages that stand under a number in a message; all else is passed over. */
function* messagesIn(message: Uint8Array, wanted: number, bounds?: Bounds): Generator<Uint8Array> {
  try {
    const reader = new BinaryReader(message);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === wanted && wireType === WireType.LengthDelimited) {
        takePart(bounds);
        yield reader.bytes();
      } else {
        reader.skip(wireType, number);
      }
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : noRequest(cause);
  }
}

function takePart(bounds: Bounds | undefined): void {
  if (bounds === undefined) {
    return;
  }
  bounds.left -= 1;
  if (bounds.left < 0) {
    throw new AppError(
      'body_too_large',
      `the request has over ${PARTS_MAX} resources, scopes and records: send it in parts`,
    );
  }
}

function noRequest(cause: unknown): AppError {
  return new AppError('malformed_request', 'the body is no OTLP export request in protobuf', {
    cause,
  });
}
