// The actions of the two services that are answered at `/`, by the version that names the service.

export const SCF_VERSION = '2018-04-16';
export const TCB_VERSION = '2018-06-08';

/** Served here. */
export const scfActions = [
  'GetFunctionLogs',
  'GetRequestStatus',
  'ListFunctions',
  'ListNamespaces',
  'Invoke',
] as const;
export type ScfAction = (typeof scfActions)[number];

/** DescribeEnvs is here because clients ask for an environment before they ask for its logs. */
export const tcbActions = ['GetFunctionLogs', 'GetFunctionLogDetail', 'DescribeEnvs'] as const;
export type TcbAction = (typeof tcbActions)[number];

/** Those of service scf that fnlog has no answer to: it keeps records, it does not manage functions. */
export const unsupportedScfActions: ReadonlySet<string> = new Set([
  'CopyFunction',
  'CreateAlias',
  'CreateCustomDomain',
  'CreateFunction',
  'CreateNamespace',
  'CreateTrigger',
  'DeleteAlias',
  'DeleteCustomDomain',
  'DeleteFunction',
  'DeleteFunctionVersion',
  'DeleteLayerVersion',
  'DeleteNamespace',
  'DeleteProvisionedConcurrencyConfig',
  'DeleteReservedConcurrencyConfig',
  'DeleteTrigger',
  'GetAccount',
  'GetAlias',
  'GetAsyncEventStatus',
  'GetCustomDomain',
  'GetFunction',
  'GetFunctionAddress',
  'GetFunctionEventInvokeConfig',
  'GetLayerVersion',
  'GetProvisionedConcurrencyConfig',
  'GetReservedConcurrencyConfig',
  'InvokeFunction',
  'ListAliases',
  'ListAsyncEvents',
  'ListCustomDomains',
  'ListLayerVersions',
  'ListLayers',
  'ListTriggers',
  'ListVersionByFunction',
  'PublishLayerVersion',
  'PublishVersion',
  'PutProvisionedConcurrencyConfig',
  'PutReservedConcurrencyConfig',
  'PutTotalConcurrencyConfig',
  'TerminateAsyncEvent',
  'UpdateAlias',
  'UpdateCustomDomain',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
  'UpdateFunctionEventInvokeConfig',
  'UpdateNamespace',
  'UpdateTrigger',
  'UpdateTriggerStatus',
]);
