// What a sender of OTLP/HTTP is answered, in the encoding of its request.

import { encodeOtlpMessage, type OtlpEncoding } from './otlp-schema.ts';

export type OtlpSignalName = 'logs' | 'traces';

/** Records that were not taken, and why. */
export interface OtlpRejection {
  readonly count: number;
  /** For a developer to read: what was wrong with the first of them. */
  readonly message: string;
}

const messages = {
  logs: { name: 'ExportLogsServiceResponse', rejected: 'rejectedLogRecords' },
  traces: { name: 'ExportTraceServiceResponse', rejected: 'rejectedSpans' },
} as const;

/** Codes of google.rpc by HTTP status. Senders go by the status; the code is for their logs. */
const rpcCodes: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [413, 3],
  [415, 3],
  [429, 8],
  [503, 14],
]);
const RPC_INTERNAL = 13;

/**
 * @param rejection left out where everything was taken
 * @returns ExportLogsServiceResponse or ExportTraceServiceResponse
 */
export function encodeOtlpResponse(
  signal: OtlpSignalName,
  encoding: OtlpEncoding,
  rejection?: OtlpRejection,
): Buffer {
  const { name, rejected } = messages[signal];
  const partialSuccess =
    rejection === undefined
      ? undefined
      : { [rejected]: BigInt(rejection.count), errorMessage: rejection.message };
  return encodeOtlpMessage(name, partialSuccess === undefined ? {} : { partialSuccess }, encoding);
}

/** @returns google.rpc.Status, the body of every answer that is no success */
export function encodeOtlpError(
  { status, message }: { readonly status: number; readonly message: string },
  encoding: OtlpEncoding,
): Buffer {
  return encodeOtlpMessage(
    'Status',
    { code: rpcCodes.get(status) ?? RPC_INTERNAL, message },
    encoding,
  );
}
