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
  const options = [
    // With a sign of equality: a value may begin with a dash.
    `--request-id=${quoted(run.requestId)}`,
    ...(run.namespace === 'default' ? [] : [`--namespace=${quoted(run.namespace)}`]),
  ];
  return `fnlog logs ${options.join(' ')} -- ${quoted(run.functionName)}`;
}

/** To the clipboard; where a page may not use it (plain HTTP from another machine), by selection. */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return await navigator.clipboard.writeText(text).then(
      () => true,
      () => copySelected(text),
    );
  }
  return copySelected(text);
}

function copySelected(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  // Nothing else works there, old as it is.
  const isCopied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return isCopied;
}

/** For a POSIX shell: names are anybody's text. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
