// Waits for a wish to stop. The same signal can come twice, from the terminal and from a parent
// process; a second one that comes later means: at once.

const SAME_SIGNAL_MS = 1_000;
const EXIT_INTERRUPTED = 130;

/** Resolves at the first SIGINT or SIGTERM. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = () => {
      const now = performance.now();
      firstAt ??= now;
      if (now - firstAt > SAME_SIGNAL_MS) {
        process.exit(EXIT_INTERRUPTED);
      }
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
