// What the bench of the console is asked for. It is compiled with a browser's types, which nothing else
// of the benches has.

export interface ConsoleBenchOptions {
  readonly records: number;
  /** Clicks for each view. */
  readonly runs: number;
  readonly settleSeconds: number;
  readonly dir: string;
  /** Holds the workload already, and is left as it is; where it is left out, records are loaded. */
  readonly dataDir?: string;
}
