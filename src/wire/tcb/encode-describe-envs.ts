// Spells namespaces as the environments of service tcb, with the members that its clients read on
// the way to an environment's logs.

interface EnvironmentTcb {
  readonly EnvId: string;
  readonly Alias: string;
  readonly Status: 'NORMAL';
  readonly EnvType: 'baas';
  readonly Functions: readonly { readonly Namespace: string }[];
  readonly Databases: readonly never[];
  readonly Storages: readonly never[];
}

export interface DescribeEnvsReplyTcb {
  readonly EnvList: readonly EnvironmentTcb[];
  readonly Total: number;
}

/** @param names of namespaces */
export function encodeDescribeEnvs(names: readonly string[]): DescribeEnvsReplyTcb {
  return {
    EnvList: names.map((name) => ({
      EnvId: name,
      Alias: name,
      Status: 'NORMAL',
      EnvType: 'baas',
      Functions: [{ Namespace: name }],
      Databases: [],
      Storages: [],
    })),
    Total: names.length,
  };
}
