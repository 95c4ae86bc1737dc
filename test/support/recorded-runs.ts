// Handlers around which runs are recorded, and the records that come of it, without any delivery.

import { type Settings, settingsOf } from '../../src/wrap/reporter-options.ts';
import { noStats } from '../../src/wrap/reporter-stats.ts';
import { RunRecorder } from '../../src/wrap/run-recorder.ts';
import { type WrapHandlerOptions, wrapHandler } from '../../src/wrap/wrap-handler.ts';

export type Handler = Parameters<typeof wrapHandler>[0];

export function recordRuns(
  given: Parameters<typeof settingsOf>[0] = {},
  options: Partial<WrapHandlerOptions> = {},
) {
  const settings = settingsOf({ url: 'http://h', secretId: 'i', secretKey: 'k', ...given }, {});
  const lines: string[] = [];
  const stats = noStats();
  const recorder = new RunRecorder({
    settings: settings as Settings,
    stats,
    capture: undefined,
    push: (line) => lines.push(line),
  });
  const wrap = (handler: Handler) =>
    wrapHandler(handler, {
      recorder,
      functionName: undefined,
      platform: {},
      flush: undefined,
      ...options,
    });
  const records = () => {
    recorder.writeEnded();
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { wrap, records, stats, recorder };
}
