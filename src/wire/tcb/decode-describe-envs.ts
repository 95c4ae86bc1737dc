// Reads the parameters of service tcb's DescribeEnvs: which environments a client wants to know of.

import { LIMIT_MAX } from '../../domain/invocation-query.ts';
import { buildNamespaceQuery, type NamespaceQuery } from '../../domain/namespace-query.ts';
import type { ParameterReader } from '../v3/parameter-reader.ts';

/**
 * Kinds, channels and the like of environments are not looked at: a namespace has none.
 *
 * @param readable the namespaces that the caller may see
 * @returns the one that is named, or else a question for all that there are
 * @throws AppError invalid_parameter
 */
export function decodeDescribeEnvs(
  reader: ParameterReader,
  readable: NamespaceQuery['among'],
): { readonly envId: string } | { readonly query: NamespaceQuery } {
  const envId = reader.text('EnvId');
  return envId === undefined
    ? { query: buildNamespaceQuery({ among: readable, limit: LIMIT_MAX }) }
    : { envId };
}
