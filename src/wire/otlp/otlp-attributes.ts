// Attributes and values of OTLP as plain JavaScript, and the attributes by which a run of a
// function is known (semantic conventions for FaaS, with the names that they had before).

import type { OtlpAnyValue, OtlpAttributeOwner, OtlpKeyValue } from './otlp-schema.ts';

/** The attributes that anything here asks for; of others nothing is kept. */
const attributeNames = [
  'faas.invocation_id',
  // Before semantic conventions 1.19.
  'faas.execution',
  // What the Lambda runtime for Python adds to its log records. Not aws.request_id, which is the id
  // of a call to an AWS API.
  'aws_request_id',
  'faas.name',
  'service.name',
  'faas.version',
  'faas.max_memory',
  'faas.coldstart',
  'faas.trigger',
  'faas.instance',
  'cloud.resource_id',
  // Before semantic conventions 1.19.
  'faas.id',
  'cloud.account.id',
  'cloud.provider',
  'cloud.region',
  'error.type',
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'log.record.uid',
] as const;

export type AttributeName = (typeof attributeNames)[number];
export type AttributeValue = string | number | boolean;
export type Attributes = ReadonlyMap<AttributeName, AttributeValue>;

const known: ReadonlySet<string> = new Set(attributeNames);

/** @returns the known attributes that are text, numbers or booleans; the first of a name counts */
export function attributesOf({ attributes }: OtlpAttributeOwner): Attributes {
  const found = new Map<AttributeName, AttributeValue>();
  for (const { key, value } of attributes) {
    const scalar = value === undefined ? undefined : scalarOf(value);
    if (isKnown(key) && scalar !== undefined && !found.has(key)) {
      found.set(key, scalar);
    }
  }
  return found;
}

/** @returns the attribute as text; undefined where it is missing, empty or no text */
export function textAttribute(attributes: Attributes, name: AttributeName): string | undefined {
  const value = attributes.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function scalarOf({ value }: OtlpAnyValue): AttributeValue | undefined {
  switch (value.case) {
    case 'stringValue':
    case 'boolValue':
    case 'doubleValue':
      return value.value;
    case 'intValue':
      return plainInteger(value.value);
    default:
      return undefined;
  }
}

/**
 * @returns what JSON can hold: whole numbers beyond 2^53 and numbers that are none as text, bytes as
 *   base64, an empty value as null
 */
export function plainValue({ value }: OtlpAnyValue): unknown {
  switch (value.case) {
    case undefined:
      return null;
    case 'intValue':
      return plainInteger(value.value);
    case 'doubleValue':
      return Number.isFinite(value.value) ? value.value : String(value.value);
    case 'arrayValue':
      return value.value.values.map(plainValue);
    case 'kvlistValue':
      return plainObject(value.value.values);
    case 'bytesValue':
      return Buffer.from(value.value).toString('base64');
    default:
      return value.value;
  }
}

function plainInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function plainObject(entries: readonly OtlpKeyValue[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(({ key, value }) => [key, value === undefined ? null : plainValue(value)]),
  );
}

function isKnown(name: string): name is AttributeName {
  return known.has(name);
}
