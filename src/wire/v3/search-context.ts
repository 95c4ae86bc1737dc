// The SearchContext of GetFunctionLogs: a way to page on from where the last page ended. Its Offset
// is text that the server made: a mark of what the store held at the first page, and how many rows
// came before. So the pages of one search never overlap or skip, whatever comes in meanwhile.

import type { InvocationPage } from '../../domain/invocation-page.ts';
import { LIMIT_MAX, OFFSET_MAX } from '../../domain/invocation-query.ts';
import type { ParameterReader } from './parameter-reader.ts';

export const lineTypes = new Map([
  ['Application', 'application'],
  ['Platform', 'platform'],
] as const);

type LineType = 'Application' | 'Platform';

export interface SearchContext {
  readonly limit: number;
  readonly keyword: string | undefined;
  readonly type: LineType;
  /** Undefined for the first page. */
  readonly position: SearchPosition | undefined;
}

interface SearchPosition {
  /** An ingest sequence, as InvocationQuery.asOf. */
  readonly asOf: number;
  readonly offset: number;
}

/** As it stands in a reply. */
export interface SearchContextV3 {
  readonly Offset: string;
  readonly Limit: number;
  readonly Keyword: string;
  readonly Type: LineType;
}

const POSITION = /^1-(\d{1,16})-(\d{1,16})$/;

const typesByName = new Map([...lineTypes.keys()].map((name) => [name, name]));

/** @throws AppError missing_parameter, invalid_parameter, unknown_parameter */
export function readSearchContext(reader: ParameterReader): SearchContext {
  const offset = reader.text('Offset');
  const keyword = reader.text('Keyword');
  const context = {
    limit: reader.requiredInteger('Limit', LIMIT_MAX),
    keyword,
    type: reader.choice('Type', typesByName) ?? 'Application',
    position: offset === undefined ? undefined : readPosition(offset),
  } as const;
  if (offset !== undefined && context.position === undefined) {
    throw reader.refused('Offset', {
      en: 'the Offset of the SearchContext in an earlier reply, or an empty one for the first page,',
      zh: '上一次返回的 SearchContext 中的 Offset（首页为空字符串）',
    });
  }
  if (keyword?.includes('\n') === true) {
    throw reader.refused('Keyword', { en: 'text within one line', zh: '单行文本' });
  }
  reader.end();
  return context;
}

/** The context that asks for the page after this one; past the end that page is empty. */
export function nextSearchContext(
  { limit, keyword, type, position }: SearchContext,
  { asOf, invocations }: InvocationPage,
): SearchContextV3 {
  const offset = (position?.offset ?? 0) + invocations.length;
  return { Offset: `1-${asOf}-${offset}`, Limit: limit, Keyword: keyword ?? '', Type: type };
}

function readPosition(text: string): SearchPosition | undefined {
  const match = POSITION.exec(text);
  const [asOf, offset] = [Number(match?.[1]), Number(match?.[2])];
  return asOf <= Number.MAX_SAFE_INTEGER && offset <= OFFSET_MAX ? { asOf, offset } : undefined;
}
