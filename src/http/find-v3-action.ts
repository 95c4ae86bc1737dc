// Which action a call names: the version tells the service, the name the action.

import { AppError, shownValue } from '../domain/errors.ts';
import {
  SCF_VERSION,
  scfActions,
  TCB_VERSION,
  tcbActions,
  unsupportedScfActions,
} from '../wire/v3/actions.ts';
import { scfActionsByName } from './scf-actions.ts';
import { tcbActionsByName } from './tcb-actions.ts';
import type { V3Action } from './v3-services.ts';

interface Service {
  readonly actions: Readonly<Record<string, V3Action>>;
  readonly names: readonly string[];
  /** Actions that the vendor has and fnlog does not serve. */
  readonly unsupported: ReadonlySet<string>;
}

const services: ReadonlyMap<string, Service> = new Map([
  [
    SCF_VERSION,
    { actions: scfActionsByName, names: scfActions, unsupported: unsupportedScfActions },
  ],
  [TCB_VERSION, { actions: tcbActionsByName, names: tcbActions, unsupported: new Set<string>() }],
]);

/**
 * @throws AppError missing_parameter, unknown_version, unsupported_action, unknown_action
 */
export function findV3Action(
  version: string | undefined,
  action: string | undefined,
): { readonly name: string; readonly run: V3Action } {
  if (action === undefined) {
    throw missing('Action');
  }
  if (version === undefined) {
    throw missing('Version');
  }
  const service = services.get(version);
  if (service === undefined) {
    const known = [...services.keys()].join(', ');
    throw new AppError(
      'unknown_version',
      `Version ${shownValue(version)} is not served: ${known} are`,
      { zh: `接口版本 ${shownValue(version)} 不存在；可用版本：${known}` },
    );
  }
  const run = Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
  if (run === undefined) {
    throw notServed(action, service);
  }
  return { name: action, run };
}

function notServed(action: string, { names, unsupported }: Service): AppError {
  const [shown, known] = [shownValue(action), names.join(', ')];
  return unsupported.has(action)
    ? new AppError('unsupported_action', `Action ${shown} is not served by fnlog: ${known} are`, {
        zh: `fnlog 不支持接口 ${shown}；可用接口：${known}`,
      })
    : new AppError('unknown_action', `Action ${shown} does not exist: ${known} do`, {
        zh: `接口 ${shown} 不存在；可用接口：${known}`,
      });
}

function missing(name: string): AppError {
  return new AppError(
    'missing_parameter',
    `the request is missing a required parameter \`${name}\``,
    { details: { parameter: name }, zh: `缺少公共参数 \`${name}\`` },
  );
}
