// What the operating system says about another process's memory. Linux only; elsewhere nothing is
// known, and the worker's own account is used.

import { readFileSync, writeFileSync } from 'node:fs';

export interface ProcessMemory {
  readonly residentBytes: number;
  /** The most that was resident since the last reset. */
  readonly peakBytes: number;
}

/** Undefined where the system does not tell, or the process is gone. */
export function readProcessMemory(pid: number): ProcessMemory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const resident = kilobytesOf(status, 'VmRSS');
    const peak = kilobytesOf(status, 'VmHWM');
    if (resident === undefined || peak === undefined) {
      return undefined;
    }
    return { residentBytes: resident * 1024, peakBytes: peak * 1024 };
  } catch {
    return undefined;
  }
}

/**
 * Lets the peak begin anew, so that a warm run is not charged for an earlier one.
 *
 * @returns false where the system does not allow it
 */
export function resetPeakMemory(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

function kilobytesOf(status: string, field: string): number | undefined {
  const digits = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
