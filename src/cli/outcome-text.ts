// One run in half a line.

import { type Invocation, RET_CODE_RUNNING } from '../domain/invocation.ts';

const MESSAGE_CHARACTERS_MAX = 80;

export function outcomeText(invocation: Invocation): string {
  const { retCode, durationUs, memUsageBytes, statusCode } = invocation;
  if (retCode === RET_CODE_RUNNING) {
    return 'running';
  }
  const figures = `${(durationUs / 1000).toFixed(2)} ms, ${(memUsageBytes / 1024 / 1024).toFixed(1)} MB`;
  return retCode === 0
    ? `ok, ${figures}`
    : `failed (${statusCode}), ${figures}: ${firstLine(invocation.retMsg)}`;
}

/** The first line of a text, cut where it is long. */
export function firstLine(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  const points = Array.from(line);
  return points.length > MESSAGE_CHARACTERS_MAX
    ? `${points.slice(0, MESSAGE_CHARACTERS_MAX).join('')}…`
    : line;
}
