// Ends the worker processes when this process dies without a word, such as by kill -9: a shell
// waits for its input to close and then kills every process group that it was told of. A function
// that is busy or has children of its own does not notice by itself.

import { type ChildProcess, spawn } from 'node:child_process';

const script = `
groups=' '
while read -r op group; do
  case $op in
    add) groups="$groups$group " ;;
    drop) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done
`;

export class WorkerGuard {
  #shell: ChildProcess | undefined;

  add(group: number): void {
    this.#shell ??= startShell();
    this.#say(`add ${group}`);
  }

  /** To be called when the group is gone: its number can be given to another one. */
  drop(group: number): void {
    this.#say(`drop ${group}`);
  }

  close(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    if (shell === undefined || shell.exitCode !== null || shell.signalCode !== null) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      shell.once('close', () => resolve());
      shell.stdin?.end();
    });
  }

  #say(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}

function startShell(): ChildProcess {
  // A session of its own: Ctrl+C on the terminal must not end the guard before it is needed.
  const shell = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard the workers still end by themselves as soon as they are idle.
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  return shell;
}
