// Firehose's delivery to an HTTP endpoint (protocol version 1.0): records of CloudWatch Logs
// payloads in, and the answers that it takes.

import { AppError, shownValue } from '../../domain/errors.ts';
import { jsonDocuments } from '../json-documents.ts';
import { decodeInvocations } from '../native/decode-invocations.ts';
import { checkSourceName, type SourceParameter, type SourceParameters } from '../source-options.ts';
import type { CloudwatchPart } from './decode-cloudwatch.ts';
import { isObject } from './lambda-event.ts';

export interface FirehoseAnswer {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Only where the delivery failed; Firehose shows it to its owner. */
  readonly errorMessage?: string;
}

export const firehoseParameters = [
  'namespace',
  'functionName',
] as const satisfies SourceParameter[];

/** Firehose sends no more. */
const RECORDS_MAX = 10_000;
/** Firehose takes no longer ones. */
const ERROR_MESSAGE_CHARACTERS_MAX = 8_192;
const REQUEST_ID_CHARACTERS_MAX = 256;

/**
 * @param bytes the body of a delivery, decompressed
 * @returns the data of its records one by one, as they came
 * @throws AppError malformed_request where it is no delivery
 */
export function* decodeFirehose(
  bytes: Buffer,
  options: { readonly recordBytesMax: number },
): Generator<CloudwatchPart> {
  const [delivery] = jsonDocuments(bytes, 'records');
  if (delivery?.head === undefined || delivery.array.length === 0) {
    throw new AppError(
      'malformed_request',
      'the body is not a delivery of Firehose: a JSON object with requestId, timestamp and records',
    );
  }
  for (const candidate of decodeInvocations(delivery.array, options)) {
    if (candidate.line > RECORDS_MAX) {
      throw new AppError(
        'malformed_request',
        `the delivery has over ${RECORDS_MAX} records: at most ${RECORDS_MAX} are accepted`,
      );
    }
    yield 'unreadable' in candidate
      ? { unreadable: candidate.unreadable }
      : dataOf(candidate.value);
  }
}

function dataOf(record: unknown): CloudwatchPart {
  const data = isObject(record) ? record['data'] : undefined;
  return typeof data === 'string'
    ? Buffer.from(data, 'base64')
    : { unreadable: 'has no data: each record must be an object with base64 text in data' };
}

/**
 * What the owner of the stream set for each delivery; other attributes are none of ours.
 *
 * @param header X-Amz-Firehose-Common-Attributes, undefined where it was not sent
 * @throws AppError malformed_request, invalid_parameter
 */
export function decodeCommonAttributes(header: string | undefined): SourceParameters {
  const attributes = header === undefined ? {} : attributesIn(header);
  const given: { [Name in SourceParameter]?: string } = {};
  for (const name of firehoseParameters) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value !== undefined) {
      given[name] = checkSourceName(name, value);
    }
  }
  return given;
}

function attributesIn(header: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(header);
    const attributes = isObject(value) ? value['commonAttributes'] : undefined;
    if (isObject(attributes)) {
      return attributes;
    }
  } catch {
    // Said below, as for any other text.
  }
  throw new AppError(
    'malformed_request',
    `X-Amz-Firehose-Common-Attributes is ${shownValue(header)}: {"commonAttributes":{…}} is accepted`,
  );
}

/**
 * @param requestId of the delivery; Firehose takes an answer with another for a failure
 * @param nowMs milliseconds since 1970
 */
export function encodeFirehoseAnswer(
  requestId: string,
  nowMs: number,
  errorMessage?: string,
): FirehoseAnswer {
  return {
    requestId: requestId.slice(0, REQUEST_ID_CHARACTERS_MAX),
    timestamp: nowMs,
    ...(errorMessage === undefined
      ? {}
      : { errorMessage: errorMessage.slice(0, ERROR_MESSAGE_CHARACTERS_MAX) }),
  };
}
