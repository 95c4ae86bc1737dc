// Spells functions as API 2.0's ListFunctions answers them: unlike GetFunctionLogs, with total and
// rows inside of `data` (wire facts A.6).

import type { FunctionPage } from '../../domain/function-query.ts';
import { textFact } from '../text-fact.ts';
import type { TimeText } from '../time-in-zone.ts';

interface FunctionV2 {
  /** Start of the newest run that the store has seen. */
  readonly modTime: string;
  /** Start of the first one. */
  readonly addTime: string;
  /** Empty where no record says it. */
  readonly runtime: string;
  readonly functionName: string;
}

export interface ListFunctionsReplyV2 {
  readonly code: 0;
  readonly message: '';
  readonly codeDesc: 'Success';
  readonly data: { readonly functions: readonly FunctionV2[]; readonly total: number };
}

export function encodeListFunctions(page: FunctionPage, timeText: TimeText): ListFunctionsReplyV2 {
  const functions = page.functions.map((seen) => ({
    modTime: timeText(seen.lastStartUs),
    addTime: timeText(seen.firstStartUs),
    runtime: textFact(seen, 'runtime') ?? '',
    functionName: seen.functionName,
  }));
  return { code: 0, message: '', codeDesc: 'Success', data: { functions, total: page.total } };
}
