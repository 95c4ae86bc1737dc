// The output of GetFunctionLogs itself, kept as files, back as records: replies of API 2.0 and 3.0,
// and the single rows of either. Told by their content. Nothing is checked here: what comes out is
// in the native shape, and read like any other record.

import { rfc3339 } from '../native/encode-invocation.ts';
import type { ReadZonedTime } from '../time-from-zone.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ArchiveOptions {
  /** Reads the vendor's times, in the zone that they were printed in. */
  readonly readTime: ReadZonedTime;
  /** For rows, which do not say it; undefined leaves it to the reader of records. */
  readonly namespace: string | undefined;
}

/** The members of an API 3.0 row, and what the native shape calls them. */
const namesOfV3: ReadonlyMap<string, string> = new Map([
  ['FunctionName', 'functionName'],
  ['RetMsg', 'retMsg'],
  ['RequestId', 'requestId'],
  ['StartTime', 'startTime'],
  ['RetCode', 'retCode'],
  ['InvokeFinished', 'invokeFinished'],
  ['Duration', 'duration'],
  ['BillDuration', 'billDuration'],
  ['MemUsage', 'memUsage'],
  ['Log', 'log'],
  ['RetryNum', 'retryNum'],
  ['Source', 'source'],
]);

/**
 * The rows of a reply, or nothing where the value is none.
 *
 * @param value parsed JSON: `{"Response":{"Data":[…]}}`, `{"TotalCount":…,"Data":[…]}` as SDKs hand
 *   it on, or `{"code":0,…,"data":[…]}`
 * @returns undefined for any other value
 */
export function rowsOfReply(value: unknown): readonly unknown[] | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const response = isObject(value['Response']) ? value['Response'] : value;
  const rows = Array.isArray(response['Data']) ? response['Data'] : value['data'];
  const isReply = 'TotalCount' in response || ('code' in value && 'codeDesc' in value);
  return isReply && Array.isArray(rows) ? rows : undefined;
}

/**
 * A row in the native shape. What is no row is given back as it is.
 *
 * @param value one element of a file
 */
export function nativeOfRow(value: unknown, { readTime, namespace }: ArchiveOptions): unknown {
  if (!isObject(value)) {
    return value;
  }
  const isV3 = 'FunctionName' in value && 'RequestId' in value && !('functionName' in value);
  const named = isV3 ? renamed(value) : value;
  const zoned = typeof named['startTime'] === 'string' ? readTime(named['startTime']) : undefined;
  const isRow = isV3 || zoned !== undefined;
  if (!isRow) {
    return value;
  }
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...named,
    ...(zoned === undefined ? {} : { startTime: rfc3339(zoned.firstUs) }),
  };
}

/** Level, which the vendor stopped filling, is dropped while it is empty; other members are kept. */
function renamed(row: Json): Json {
  const members = Object.entries(row)
    .filter(([name, value]) => !(name === 'Level' && value === ''))
    .map(([name, value]) => [namesOfV3.get(name) ?? name, value] as const);
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
