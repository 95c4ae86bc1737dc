// Records in the native wire shape back as the domain's, for tests that compare with a model.

import type { Invocation } from '../../src/domain/invocation.ts';
import { parseInvocation } from '../../src/ingest/parse-invocation.ts';

/** @param json one line as `fnlog invoke -o jsonl` or the native API prints it */
export function invocationFrom(json: string): Invocation {
  const parsed = parseInvocation(JSON.parse(json), { logBytesMax: Number.MAX_SAFE_INTEGER });
  if (!parsed.ok) {
    throw new Error(`${parsed.reason.field} ${parsed.reason.reason}: ${json}`);
  }
  return parsed.invocation;
}
