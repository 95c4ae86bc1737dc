// A run in the forms in which people take it elsewhere.

import type { Invocation } from '../api/types.ts';

export function asText(run: Invocation): string {
  const head = [
    `${run.functionName} ${run.requestId}`,
    `${run.startTime}  ${run.duration} ms  retCode ${run.retCode}  statusCode ${run.statusCode}`,
  ];
  return [...head, '', run.retMsg, '', run.log].join('\n');
}

export function asJson(run: Invocation): string {
  return JSON.stringify(run, null, 2);
}

export function asCurl(run: Invocation, origin: string): string {
  const path = `/api/v1/invocations/${encodeURIComponent(run.requestId)}`;
  const query =
    run.namespace === 'default' ? '' : `?namespace=${encodeURIComponent(run.namespace)}`;
  return `curl -u "$SECRET_ID:$SECRET_KEY" ${quoted(`${origin}${path}${query}`)}`;
}

export function asCommand(run: Invocation): string {
  const namespace = run.namespace === 'default' ? '' : ` --namespace ${quoted(run.namespace)}`;
  return `fnlog logs ${quoted(run.functionName)} --request-id ${quoted(run.requestId)}${namespace}`;
}

/** For a POSIX shell: names are anybody's text. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
