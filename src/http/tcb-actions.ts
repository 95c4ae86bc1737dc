// The actions of service tcb, 2018-06-08: decode, ask, encode.

import { assertMayRead, mayRead } from '../auth/keys.ts';
import { AppError, shownValue } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import { buildInvocationQuery, type InvocationQuery } from '../domain/invocation-query.ts';
import { decodeDescribeEnvs } from '../wire/tcb/decode-describe-envs.ts';
import {
  decodeGetFunctionLogDetail,
  type LogDetailCall,
} from '../wire/tcb/decode-get-function-log-detail.ts';
import { decodeGetFunctionLogs } from '../wire/tcb/decode-get-function-logs.ts';
import { encodeDescribeEnvs } from '../wire/tcb/encode-describe-envs.ts';
import {
  encodeGetFunctionLogDetail,
  encodeGetFunctionLogs,
} from '../wire/tcb/encode-function-logs.ts';
import type { TcbAction } from '../wire/v3/actions.ts';
import { assertMayList } from './tencent-front.ts';
import type { V3Action } from './v3-services.ts';

const getFunctionLogs: V3Action = async ({ key, asker, parameters }, services) => {
  const query = decodeGetFunctionLogs(parameters, services.readTime);
  assertMayRead(key, query.namespace);
  return encodeGetFunctionLogs(await services.questions.page(query, asker), services.timeText);
};

/** Callers name the request alone, so it is looked for in every namespace that the key may read. */
const getFunctionLogDetail: V3Action = async ({ key, asker, parameters }, services) => {
  const call = decodeGetFunctionLogDetail(parameters, services.readTime);
  const { questions, timeText } = services;
  if (call.namespace !== undefined) {
    assertMayRead(key, call.namespace);
  }
  const namespaces =
    call.namespace === undefined
      ? await questions.namespacesOfRequest(call.requestId, asker)
      : [call.namespace];
  const readable = namespaces.filter((namespace) => mayRead(key, namespace));
  const found = await newestOf(call, readable, (query) => questions.page(query, asker));
  if (found === undefined) {
    const shown = shownValue(call.requestId);
    throw new AppError('not_found', `LogRequestId ${shown} has no record that this key may read`, {
      zh: `没有找到 LogRequestId ${shown} 的日志`,
    });
  }
  return encodeGetFunctionLogDetail(found, timeText);
};

async function newestOf(
  { requestId, window }: LogDetailCall,
  namespaces: readonly string[],
  ask: (query: InvocationQuery) => Promise<InvocationPage>,
): Promise<Invocation | undefined> {
  let newest: Invocation | undefined;
  for (const namespace of namespaces) {
    const query = buildInvocationQuery({ namespace, requestId, ...window, limit: 1 });
    const [found] = (await ask(query)).invocations;
    if (found !== undefined && found.startTimeUs > (newest?.startTimeUs ?? -1)) {
      newest = found;
    }
  }
  return newest;
}

/** A name is an environment even before its first record: its logs are then an empty list. */
const describeEnvs: V3Action = async ({ key, asker, parameters }, { questions }) => {
  assertMayList(key);
  const call = decodeDescribeEnvs(parameters, key.namespaces);
  if ('envId' in call) {
    assertMayRead(key, call.envId);
    return encodeDescribeEnvs([call.envId]);
  }
  const { namespaces } = await questions.namespaces(call.query, asker);
  return encodeDescribeEnvs(namespaces.map(({ name }) => name));
};

export const tcbActionsByName: Readonly<Record<TcbAction, V3Action>> = {
  GetFunctionLogs: getFunctionLogs,
  GetFunctionLogDetail: getFunctionLogDetail,
  DescribeEnvs: describeEnvs,
};
