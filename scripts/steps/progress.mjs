// A progress line on standard error: rewritten in place on a terminal, a new line every few seconds
// elsewhere, so that a build log shows that something is going on.

const terminalEveryMs = 500;
const logEveryMs = 5_000;
const barCells = 24;

/** `measure` tells how many of about `expected` megabytes are there. */
export function startProgress(label, expected, measure) {
  const onTerminal = process.stderr.isTTY === true;
  const start = performance.now();
  const show = () => {
    const megabytes = measure();
    const seconds = Math.round((performance.now() - start) / 1000);
    const text = `${label}: ${Math.round(megabytes)} of about ${expected} MB, ${seconds} s`;
    process.stderr.write(onTerminal ? `\r${bar(megabytes / expected)} ${text} ` : `${text}\n`);
  };
  const timer = setInterval(show, onTerminal ? terminalEveryMs : logEveryMs);
  return {
    stop(verb) {
      clearInterval(timer);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stderr.write(`${onTerminal ? '\r\u001b[K' : ''}fnlog: ${verb} after ${seconds} s\n`);
    },
  };
}

function bar(share) {
  const done = Math.min(barCells, Math.floor(share * barCells));
  return `[${'#'.repeat(done)}${'.'.repeat(barCells - done)}]`;
}
