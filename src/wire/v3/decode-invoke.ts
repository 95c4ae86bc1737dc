// Reads the parameters of API 3.0's Invoke into a run of a local function.

import { DEFAULT_NAMESPACE, DEFAULT_QUALIFIER } from '../../domain/invocation.ts';
import type { ParameterReader } from './parameter-reader.ts';

export interface InvokeRequest {
  readonly functionName: string;
  readonly namespace: string;
  readonly qualifier: string;
  /** JSON, parsed. */
  readonly event: unknown;
  /** Whether the reply tells how the run ended, or only that it was begun. */
  readonly wait: boolean;
  /** Whether the reply holds the end of the log. */
  readonly withLog: boolean;
}

const waits = new Map([
  ['RequestResponse', true],
  ['Event', false],
]);

const logTypes = new Map([
  ['None', false],
  ['Tail', true],
]);

/** @throws AppError missing_parameter, invalid_parameter, unknown_parameter */
export function decodeInvoke(reader: ParameterReader): InvokeRequest {
  const request = {
    functionName: reader.requiredText('FunctionName'),
    namespace: reader.text('Namespace') ?? DEFAULT_NAMESPACE,
    qualifier: reader.text('Qualifier') ?? DEFAULT_QUALIFIER,
    event: readEvent(reader),
    wait: reader.choice('InvocationType', waits) ?? true,
    withLog: reader.choice('LogType', logTypes) ?? false,
  };
  // Chooses among the versions behind an alias; a local function has one.
  reader.text('RoutingKey');
  reader.end();
  return request;
}

/** No event is an empty one. */
function readEvent(reader: ParameterReader): unknown {
  const text = reader.text('ClientContext');
  try {
    return text === undefined ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw reader.refused('ClientContext', { en: 'an event as JSON text', zh: 'JSON 文本' });
  }
}
