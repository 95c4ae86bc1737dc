// What a function is told about itself: the variables of its process and its context argument, by
// SCF's contract (vendor documents 583/32748, 583/9210). Nothing else of the server's environment
// gets through, because keys and passwords stand there.

import { DEFAULT_NAMESPACE, DEFAULT_QUALIFIER } from '../domain/invocation.ts';
import type { LocalFunction } from './local-function.ts';

const passedOn = ['PATH', 'HOME', 'LANG', 'TZ'];
const PATH_DEFAULT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** SCF's names for the runtimes. */
const runtimeNames = { nodejs: `Nodejs${process.versions.node}`, python3: 'Python3' };

/** Every variable that the function's process starts with. */
export function buildEnvironment(fn: LocalFunction): Record<string, string> {
  const environment: Record<string, string> = { PATH: PATH_DEFAULT };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  return {
    ...environment,
    ...(fn.runtime === 'python3'
      ? { PYTHONDONTWRITEBYTECODE: 'x', PYTHONIOENCODING: 'utf-8' }
      : {}),
    ...platformVariables(fn),
    TENCENTCLOUD_RUNENV: 'SCF',
    USER_CODE_ROOT: `${fn.dir}/`,
    ...fn.environment,
  };
}

/** The context argument of one run. */
export function buildContext(fn: LocalFunction, requestId: string): Record<string, unknown> {
  const variables = { ...platformVariables(fn), ...fn.environment };
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return {
    memory_limit_in_mb: fn.memoryLimitBytes / (1024 * 1024),
    time_limit_in_ms: fn.timeLimitMs,
    request_id: requestId,
    environ: pairs.join(';'),
    environment: JSON.stringify(variables),
    function_version: qualifierOf(fn),
    function_name: fn.name,
    namespace: namespaceOf(fn),
    tencentcloud_region: 'local',
    tencentcloud_appid: '',
    tencentcloud_uin: '',
  };
}

export function namespaceOf(fn: LocalFunction): string {
  return fn.namespace ?? DEFAULT_NAMESPACE;
}

export function qualifierOf(fn: LocalFunction): string {
  return fn.qualifier ?? DEFAULT_QUALIFIER;
}

function platformVariables(fn: LocalFunction): Record<string, string> {
  return {
    SCF_FUNCTIONNAME: fn.name,
    SCF_FUNCTIONVERSION: qualifierOf(fn),
    SCF_NAMESPACE: namespaceOf(fn),
    SCF_RUNTIME: runtimeNames[fn.runtime],
  };
}
