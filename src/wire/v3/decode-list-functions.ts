// Reads the parameters of API 3.0's ListFunctions (wire facts C.4) into a question about the
// functions whose records the store has seen.

import {
  buildFunctionQuery,
  type FunctionOrderField,
  type FunctionQuery,
} from '../../domain/function-query.ts';
import { LIMIT_MAX, OFFSET_MAX } from '../../domain/invocation-query.ts';
import { directionsByName } from '../order-names.ts';
import { withoutUndefined } from '../without-undefined.ts';
import type { ParameterReader } from './parameter-reader.ts';

/** A record says when it ran, not when its function was made: the first and the newest run stand in. */
const functionOrdersByName: ReadonlyMap<string, FunctionOrderField> = new Map([
  ['AddTime', 'firstStart'],
  ['ModTime', 'lastStart'],
  ['FunctionName', 'functionName'],
]);

const FILTERS_MAX = 10;
const VALUES_MAX = 20;

/** What the vendor can filter by, and where a record says it, if it does. */
const factsByFilter: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'VpcId',
    'SubnetId',
    'ClsTopicId',
    'ClsLogsetId',
    'Role',
    'CfsId',
    'CfsMountInsId',
    'Eip',
    'Status',
    'Runtime',
    'PublicNetStatus',
    'AsyncRunEnable',
    'TraceEnable',
    'Stamp',
  ].map((name) => [name, [`${name.charAt(0).toLowerCase()}${name.slice(1)}`]] as const),
)
  .set('FunctionType', ['type'])
  .set('Type', ['type']);

const TAG_FILTER = /^tag-(.+)$/;

type Fact = NonNullable<FunctionQuery['facts']>[number];

/** @throws AppError invalid_parameter, unknown_parameter */
export function decodeListFunctions(reader: ParameterReader): FunctionQuery {
  const facts = readFilters(reader);
  const given = {
    namespace: reader.text('Namespace'),
    search: reader.text('SearchKey'),
    description: reader.text('Description'),
    order: reader.choice('Order', directionsByName, (value) => value.toLowerCase()),
    orderBy: reader.choice('Orderby', functionOrdersByName),
    offset: reader.integer('Offset', OFFSET_MAX),
    limit: reader.integer('Limit', LIMIT_MAX),
    facts: facts.length === 0 ? undefined : facts,
  };
  reader.end();
  return buildFunctionQuery(withoutUndefined(given));
}

function readFilters(reader: ParameterReader): Fact[] {
  return reader.structures('Filters', FILTERS_MAX).map((filter) => {
    const name = filter.requiredText('Name');
    const tag = TAG_FILTER.exec(name)?.[1];
    const path = tag === undefined ? factsByFilter.get(name) : ['tags', tag];
    if (path === undefined) {
      const known = [...factsByFilter.keys(), 'tag-KEY'].join(', ');
      throw filter.refused('Name', { en: `one of ${known}`, zh: `其中之一：${known}` });
    }
    const values = filter.texts('Values', VALUES_MAX);
    filter.end();
    return { path, values };
  });
}
