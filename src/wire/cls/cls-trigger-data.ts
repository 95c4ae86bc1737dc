// The event of a CLS trigger, as a function gets it and can hand it on: the lines as gzip, in base64,
// in JSON (vendor document 583/49587).

import { AppError } from '../../domain/errors.ts';

/** Told by the first bytes, so that other bodies are not parsed for it. */
const BEGINNING = /^\s*\{\s*"clslogs"\s*:/;
const BEGINNING_BYTES = 64;

/**
 * @returns the bytes inside of `{"clslogs":{"data":…}}`; undefined for any other body
 * @throws AppError malformed_request where it begins so and has no data
 */
export function clsTriggerData(bytes: Buffer): Buffer | undefined {
  if (!BEGINNING.test(bytes.toString('latin1', 0, BEGINNING_BYTES))) {
    return undefined;
  }
  const data = dataOf(bytes.toString('utf8'));
  if (data === undefined) {
    throw new AppError(
      'malformed_request',
      'the body begins like the event of a CLS trigger and has no clslogs.data',
    );
  }
  return Buffer.from(data, 'base64');
}

function dataOf(text: string): string | undefined {
  try {
    const event = JSON.parse(text) as { readonly clslogs?: { readonly data?: unknown } | null };
    const data = event.clslogs?.data;
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}
