// The actions of service scf, 2018-04-16: decode, ask, encode.

import { assertMayRead, isAdmin } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';
import type { ScfAction } from '../wire/v3/actions.ts';
import { decodeGetFunctionLogs } from '../wire/v3/decode-get-function-logs.ts';
import { decodeGetRequestStatus } from '../wire/v3/decode-get-request-status.ts';
import { decodeInvoke } from '../wire/v3/decode-invoke.ts';
import { decodeListFunctions } from '../wire/v3/decode-list-functions.ts';
import { decodeListNamespaces } from '../wire/v3/decode-list-namespaces.ts';
import { encodeGetFunctionLogs } from '../wire/v3/encode-get-function-logs.ts';
import { encodeGetRequestStatus } from '../wire/v3/encode-get-request-status.ts';
import { encodeInvoked, encodeStarted } from '../wire/v3/encode-invoke.ts';
import { encodeListFunctions } from '../wire/v3/encode-list-functions.ts';
import { encodeListNamespaces } from '../wire/v3/encode-list-namespaces.ts';
import { assertMayList } from './tencent-front.ts';
import type { V3Action } from './v3-services.ts';

const getFunctionLogs: V3Action = async ({ key, asker, parameters }, services) => {
  const { query, searchContext } = decodeGetFunctionLogs(parameters, services.readTime);
  assertMayRead(key, query.namespace);
  const page = await services.questions.page(query, asker);
  return encodeGetFunctionLogs(page, searchContext, services.timeText);
};

const getRequestStatus: V3Action = async ({ key, asker, parameters }, services) => {
  const query = decodeGetRequestStatus(parameters, services.readTime, services.clock.now());
  assertMayRead(key, query.namespace);
  return encodeGetRequestStatus(await services.questions.page(query, asker), services.timeText);
};

const listFunctions: V3Action = async ({ key, asker, parameters }, services) => {
  const query = decodeListFunctions(parameters);
  assertMayRead(key, query.namespace);
  return encodeListFunctions(await services.questions.functions(query, asker), services.timeText);
};

const listNamespaces: V3Action = async ({ key, asker, parameters }, services) => {
  assertMayList(key);
  const query = decodeListNamespaces(parameters, key.namespaces);
  return encodeListNamespaces(await services.questions.namespaces(query, asker), services.timeText);
};

const invoke: V3Action = async ({ key, parameters }, { localInvoker }) => {
  if (localInvoker === undefined) {
    throw new AppError('unsupported_action', 'this server runs no functions: "fnlog dev" does', {
      zh: '此服务不运行函数；"fnlog dev" 可以',
    });
  }
  if (!isAdmin(key)) {
    throw new AppError('unauthorized', 'only an admin key may run functions', {
      zh: '只有 admin 密钥可以运行函数',
    });
  }
  const { wait, withLog, ...call } = decodeInvoke(parameters);
  return wait
    ? encodeInvoked(await localInvoker.invoke(call), withLog)
    : encodeStarted(localInvoker.start(call));
};

export const scfActionsByName: Readonly<Record<ScfAction, V3Action>> = {
  GetFunctionLogs: getFunctionLogs,
  GetRequestStatus: getRequestStatus,
  ListFunctions: listFunctions,
  ListNamespaces: listNamespaces,
  Invoke: invoke,
};
