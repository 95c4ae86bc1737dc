// How API 3.0 spells every error (wire facts C.6), in general and where an action has a spelling of
// its own. A new code does not compile until it has a row here.

import type { ErrorCode } from '../../domain/errors.ts';

/** The codes that replies of fnlog can have: all of them are the vendor's. */
export type CodeV3 =
  | 'AuthFailure.InvalidAuthorization'
  | 'AuthFailure.SecretIdNotFound'
  | 'AuthFailure.SignatureExpire'
  | 'AuthFailure.SignatureFailure'
  | 'AuthFailure.TokenFailure'
  | 'FailedOperation'
  | 'InternalError'
  | 'InvalidAction'
  | 'InvalidParameter'
  | 'InvalidParameter.Payload'
  | 'InvalidParameterValue'
  | 'InvalidParameterValue.DateTime'
  | 'InvalidParameterValue.FunctionName'
  | 'InvalidParameterValue.FunctionRequestId'
  | 'InvalidParameterValue.Limit'
  | 'InvalidParameterValue.LimitExceeded'
  | 'InvalidParameterValue.Name'
  | 'InvalidParameterValue.Namespace'
  | 'InvalidParameterValue.Offset'
  | 'InvalidParameterValue.Order'
  | 'InvalidParameterValue.OrderBy'
  | 'InvalidParameterValue.Orderby'
  | 'InvalidParameterValue.RetCode'
  | 'InvalidParameterValue.StartTimeOrEndTime'
  | 'LimitExceeded'
  | 'LimitExceeded.Offset'
  | 'MissingParameter'
  | 'NoSuchVersion'
  | 'RequestLimitExceeded'
  | 'RequestSizeLimitExceeded'
  | 'ResourceNotFound'
  | 'ResourceNotFound.Function'
  | 'ResponseSizeLimitExceeded'
  | 'UnauthorizedOperation'
  | 'UnauthorizedOperation.CAM'
  | 'UnknownParameter'
  | 'UnsupportedOperation'
  | 'UnsupportedProtocol';

export interface ErrorSpellingV3 {
  readonly code: CodeV3;
  /** Where an action has a code of its own. */
  readonly codeOf?: Readonly<Record<string, CodeV3>>;
  /** Said in place of the error's own message, where that is about the server's inside. */
  readonly en?: string;
  /** Said where the error itself has no Chinese message. */
  readonly zh: string;
}

const camOfLists = {
  GetFunctionLogs: 'UnauthorizedOperation.CAM',
  ListFunctions: 'UnauthorizedOperation.CAM',
} as const;

const internalError: ErrorSpellingV3 = {
  code: 'InternalError',
  en: 'the server could not answer because of a fault of its own',
  zh: '服务器内部错误',
};
const requestLimitExceeded = {
  code: 'RequestLimitExceeded',
  zh: '请求过于频繁，请稍后重试',
} as const;

export const errorSpellingsV3: Readonly<Record<ErrorCode, ErrorSpellingV3>> = {
  invalid_parameter: { code: 'InvalidParameterValue', zh: '参数取值错误' },
  missing_parameter: { code: 'MissingParameter', zh: '缺少参数' },
  unknown_parameter: { code: 'UnknownParameter', zh: '未知参数' },
  invalid_time_range: {
    code: 'InvalidParameterValue',
    codeOf: {
      GetFunctionLogs: 'InvalidParameterValue.StartTimeOrEndTime',
      GetRequestStatus: 'InvalidParameterValue.StartTimeOrEndTime',
    },
    zh: 'StartTimeOrEndTime 取值与规范不符，请修正后再试',
  },
  page_too_deep: {
    code: 'LimitExceeded',
    codeOf: { GetFunctionLogs: 'LimitExceeded.Offset' },
    zh: 'Offset 与 Limit 之和超出限制',
  },
  malformed_request: {
    code: 'InvalidParameter',
    codeOf: {
      GetFunctionLogs: 'InvalidParameter.Payload',
      ListFunctions: 'InvalidParameter.Payload',
    },
    zh: '请求无法解析',
  },
  body_too_large: { code: 'RequestSizeLimitExceeded', zh: '请求包超过限制大小' },
  method_not_allowed: { code: 'UnsupportedProtocol', zh: 'HTTP 请求方法错误，只支持 GET 和 POST' },
  not_found: {
    code: 'ResourceNotFound',
    codeOf: { Invoke: 'ResourceNotFound.Function' },
    zh: '资源不存在',
  },
  unknown_action: { code: 'InvalidAction', zh: '接口不存在' },
  unsupported_action: { code: 'UnsupportedOperation', zh: '操作不支持' },
  unknown_version: { code: 'NoSuchVersion', zh: '接口版本不存在' },
  all_rejected: { code: 'InvalidParameterValue', zh: '参数取值错误' },
  auth_failed: { code: 'AuthFailure.SecretIdNotFound', zh: '密钥已被禁用或已过期' },
  auth_missing: { code: 'MissingParameter', zh: '缺少公共参数' },
  auth_malformed: { code: 'InvalidParameterValue', zh: '公共参数取值错误' },
  authorization_invalid: {
    code: 'AuthFailure.InvalidAuthorization',
    zh: '请求头部的 Authorization 不符合标准',
  },
  unknown_key: { code: 'AuthFailure.SecretIdNotFound', zh: 'SecretId 不存在，请输入正确的密钥' },
  signature_mismatch: {
    code: 'AuthFailure.SignatureFailure',
    zh: '请求签名验证失败，请检查您的签名计算是否正确',
  },
  token_rejected: { code: 'AuthFailure.TokenFailure', zh: 'Token 错误' },
  signature_expired: { code: 'AuthFailure.SignatureExpire', zh: '签名已过期' },
  replayed: { code: 'AuthFailure.SignatureExpire', zh: '签名已被使用' },
  unauthorized: {
    code: 'UnauthorizedOperation',
    codeOf: camOfLists,
    zh: '该密钥没有访问此命名空间或执行此操作的权限',
  },
  page_too_large: { code: 'ResponseSizeLimitExceeded', zh: '返回包超过限制大小，请减小 Limit' },
  query_too_costly: {
    code: 'LimitExceeded',
    en: 'the query would read more than the server allows (queryRowsMax, queryBytesMax): narrow it by FunctionName, or by StartTime and EndTime',
    zh: '查询需要读取的数据量超出限制（queryRowsMax、queryBytesMax），请用 FunctionName 或 StartTime、EndTime 缩小范围',
  },
  query_timeout: {
    code: 'FailedOperation',
    en: 'the query took longer than the server allows: narrow it by FunctionName, or by StartTime and EndTime',
    zh: '查询超时，请用 FunctionName 或 StartTime、EndTime 缩小范围',
  },
  overloaded: requestLimitExceeded,
  rate_limited: requestLimitExceeded,
  storage_full: internalError,
  store_unavailable: {
    ...internalError,
    en: 'the records cannot be read at the moment: try again',
    zh: '暂时无法读取记录，请稍后重试',
  },
  internal: internalError,
  data_dir_in_use: internalError,
  data_dir_unusable: internalError,
  data_dir_newer: internalError,
  invalid_setting: internalError,
};

/** What a wrong value of a parameter is called, where an action has more than one word for that. */
export const valueCodesV3: Readonly<Record<string, Readonly<Record<string, CodeV3>>>> = {
  GetFunctionLogs: {
    Offset: 'InvalidParameterValue.Offset',
    Order: 'InvalidParameterValue.Order',
    OrderBy: 'InvalidParameterValue.OrderBy',
    'Filter.RetCode': 'InvalidParameterValue.RetCode',
    StartTime: 'InvalidParameterValue.DateTime',
    EndTime: 'InvalidParameterValue.DateTime',
    'SearchContext.Offset': 'InvalidParameterValue.Offset',
  },
  GetRequestStatus: {
    FunctionName: 'InvalidParameterValue.FunctionName',
    FunctionRequestId: 'InvalidParameterValue.FunctionRequestId',
    StartTime: 'InvalidParameterValue.DateTime',
    EndTime: 'InvalidParameterValue.DateTime',
  },
  ListFunctions: {
    Offset: 'InvalidParameterValue.Offset',
    Limit: 'InvalidParameterValue.Limit',
    Order: 'InvalidParameterValue.Order',
    Orderby: 'InvalidParameterValue.Orderby',
    Namespace: 'InvalidParameterValue.Namespace',
    Filters: 'InvalidParameterValue.LimitExceeded',
    'Filters.*.Name': 'InvalidParameterValue.Name',
    'Filters.*.Values': 'InvalidParameterValue.LimitExceeded',
  },
};
