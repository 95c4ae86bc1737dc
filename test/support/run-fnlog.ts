// The built program as a command that ends by itself.

import { type ChildProcess, execFile } from 'node:child_process';
import { programPath } from './running-server.ts';

export interface Ended {
  /** 0 where it was ended by a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** Gets the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export function runFnlog(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env = {}, input = '', onStart } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [programPath, ...args],
      { env: { ...process.env, ...env }, maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    // A process that ends without reading it breaks the pipe.
    child.stdin?.on('error', () => undefined).end(input);
    onStart?.(child);
  });
}

/** What `fnlog import` says at its end, but for how long it took. */
export function withoutTime(summary: string): string {
  return summary.replace(/ in [\d.]+ s \([\d,]+\/s\)/, '');
}

export function importSummary(read: number, fresh: number, known = 0, bad = 0): string {
  const [all, taken, there, not] = [read, fresh, known, bad].map((n) => n.toLocaleString('en-US'));
  return `${all} records read: ${taken} new, 0 replaced, ${there} there already, ${not} rejected\n`;
}
