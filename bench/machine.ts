// The machine that the figures are of, in words for the head of a table.

import { cpus, loadavg, totalmem } from 'node:os';

/** @param engineVersion as the engine says it; none where it takes no part */
export function describeMachine(engineVersion?: string): string {
  const cores = cpus();
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  const engine = engineVersion === undefined ? '' : `, engine ${engineVersion}`;
  const model = cores[0]?.model.trim() ?? 'unknown processor';
  return `${cores.length} cores (${model}), ${gib} GiB of memory, ${process.platform} ${process.arch}, Node ${process.version}${engine}`;
}

/** Load averages of 1, 5 and 15 minutes: another program's work shows in the figures. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(', ');
}
