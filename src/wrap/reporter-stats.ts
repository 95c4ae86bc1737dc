// What a reporter has done so far, in numbers.

export interface ReporterStats {
  /** Runs that have ended. */
  runs: number;
  /** Records that the server has acknowledged, those of earlier processes included. */
  delivered: number;
  /** Records that the server refused for good. */
  rejected: number;
  /** Records that were given up because memory or spool were full. */
  dropped: number;
  /** Errors of the reporter itself, which nobody else gets to see. */
  faults: number;
}

export function noStats(): ReporterStats {
  return { runs: 0, delivered: 0, rejected: 0, dropped: 0, faults: 0 };
}
