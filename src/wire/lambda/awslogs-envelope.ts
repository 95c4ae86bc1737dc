// The event that a Lambda function gets which subscribes to a log group: the payload as gzip, in
// base64, in JSON.

import { AppError } from '../../domain/errors.ts';
import { isObject } from './lambda-event.ts';

/** Told by the first bytes, so that other bodies are not parsed for it. */
const BEGINNING = /^\s*\{\s*"awslogs"\s*:/;
const BEGINNING_BYTES = 64;

/**
 * @returns the bytes inside of `{"awslogs":{"data":…}}`; undefined for any other body
 * @throws AppError malformed_request where it begins so and has no data
 */
export function awslogsData(bytes: Buffer): Buffer | undefined {
  if (!BEGINNING.test(bytes.toString('latin1', 0, BEGINNING_BYTES))) {
    return undefined;
  }
  const data = dataOf(bytes.toString('utf8'));
  if (data === undefined) {
    throw new AppError(
      'malformed_request',
      'the body begins like the event of a CloudWatch Logs subscription and has no awslogs.data',
    );
  }
  return Buffer.from(data, 'base64');
}

function dataOf(text: string): string | undefined {
  try {
    const event: unknown = JSON.parse(text);
    const awslogs = isObject(event) ? event['awslogs'] : undefined;
    const data = isObject(awslogs) ? awslogs['data'] : undefined;
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}
