// The event that a function gets from the vendor's log service: the lines as gzip, in base64, in JSON,
// as {"awslogs":{"data":…}} and {"clslogs":{"data":…}}.

import { AppError } from '../domain/errors.ts';

/** Told by the first bytes, so that other bodies are not parsed for it. */
const BEGINNING_BYTES = 64;

/** What a Lambda function gets that subscribes to a log group. */
export const awslogsData = envelopeReader('awslogs', 'the event of a CloudWatch Logs subscription');

/** What a function gets from a CLS trigger (vendor document 583/49587). */
export const clsTriggerData = envelopeReader('clslogs', 'the event of a CLS trigger');

/**
 * @param member the name that the event has instead of another
 * @param what such an event is, for messages
 * @returns for a body the bytes inside of the event; undefined for any other body. Throws AppError
 *   malformed_request where the body begins so and has no data
 */
function envelopeReader(member: string, what: string): (bytes: Buffer) => Buffer | undefined {
  const beginning = new RegExp(`^\\s*\\{\\s*"${member}"\\s*:`);
  return (bytes) => {
    if (!beginning.test(bytes.toString('latin1', 0, BEGINNING_BYTES))) {
      return undefined;
    }
    const data = dataOf(bytes.toString('utf8'), member);
    if (data === undefined) {
      throw new AppError(
        'malformed_request',
        `the body begins like ${what} and has no ${member}.data`,
      );
    }
    return Buffer.from(data, 'base64');
  };
}

function dataOf(text: string, member: string): string | undefined {
  try {
    const event = JSON.parse(text) as Readonly<Record<string, { readonly data?: unknown } | null>>;
    const data = event[member]?.data;
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}
