// Spells functions as API 3.0's ListFunctions answers them (wire facts C.5). What no record says is
// null where the API allows that, and left out where it does not.

import type { FunctionPage, SeenFunction } from '../../domain/function-query.ts';
import { textFact } from '../text-fact.ts';
import type { TimeText } from '../time-in-zone.ts';

interface FunctionV3 {
  readonly FunctionName: string;
  readonly Namespace: string;
  /** Start of the first run that the store has seen. */
  readonly AddTime: string;
  /** Start of the newest one. */
  readonly ModTime: string;
  readonly Runtime: string | null;
  readonly TotalProvisionedConcurrencyMem: null;
  readonly ReservedConcurrencyMem: null;
  readonly FunctionId?: string;
  readonly Description?: string;
  readonly Type?: string;
}

export interface ListFunctionsReplyV3 {
  readonly TotalCount: number;
  readonly Functions: readonly FunctionV3[];
}

export function encodeListFunctions(page: FunctionPage, timeText: TimeText): ListFunctionsReplyV3 {
  return {
    TotalCount: page.total,
    Functions: page.functions.map((seen) => encodeFunction(seen, timeText)),
  };
}

function encodeFunction(seen: SeenFunction, timeText: TimeText): FunctionV3 {
  const { functionName, namespace, firstStartUs, lastStartUs } = seen;
  return {
    FunctionName: functionName,
    Namespace: namespace,
    AddTime: timeText(firstStartUs),
    ModTime: timeText(lastStartUs),
    Runtime: textFact(seen, 'runtime') ?? null,
    TotalProvisionedConcurrencyMem: null,
    ReservedConcurrencyMem: null,
    ...optional('FunctionId', textFact(seen, 'functionId')),
    ...optional('Description', textFact(seen, 'description')),
    ...optional('Type', textFact(seen, 'type')),
  };
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
