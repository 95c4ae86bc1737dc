// How a script ends early: with one sentence for the person who started it, and an exit code.

export class Stop extends Error {
  /** @param {string} sentence empty when the cause is on the screen already */
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Runs a script's main function; its result is the exit code. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (error.message !== '') process.stderr.write(`fnlog: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

/** What was typed after `--`; npm takes the `--` away itself, plain `node scripts/…` leaves it. */
export function givenArguments() {
  const args = process.argv.slice(2);
  return args[0] === '--' ? args.slice(1) : args;
}
