// Reads the parameters of API 3.0's ListNamespaces into a question about the namespaces whose
// records the store has seen.

import { LIMIT_MAX, OFFSET_MAX } from '../../domain/invocation-query.ts';
import {
  buildNamespaceQuery,
  type NamespaceOrderField,
  type NamespaceQuery,
} from '../../domain/namespace-query.ts';
import { directionsByName } from '../order-names.ts';
import { withoutUndefined } from '../without-undefined.ts';
import type { ParameterReader } from './parameter-reader.ts';

const namespaceOrdersByName: ReadonlyMap<string, NamespaceOrderField> = new Map([
  ['Name', 'name'],
  ['Updatetime', 'lastStart'],
]);

const searchKeys = new Map([['Namespace', 'Namespace']]);

/**
 * @param among the namespaces that the caller may see
 * @throws AppError invalid_parameter, unknown_parameter, missing_parameter
 */
export function decodeListNamespaces(
  reader: ParameterReader,
  among: NamespaceQuery['among'],
): NamespaceQuery {
  const [search] = reader.structures('SearchKey', 1).map((key) => {
    key.requiredText('Key');
    key.choice('Key', searchKeys);
    const value = key.requiredText('Value');
    key.end();
    return value;
  });
  const given = {
    search,
    order: reader.choice('Order', directionsByName, (value) => value.toLowerCase()),
    orderBy: reader.choice('Orderby', namespaceOrdersByName),
    offset: reader.integer('Offset', OFFSET_MAX),
    limit: reader.integer('Limit', LIMIT_MAX),
  };
  reader.end();
  return buildNamespaceQuery({ among, ...withoutUndefined(given) });
}
