// Somebody's program that reports its runs with fnlog/wrap, the built one: does the runs that it is
// told to do, and says when each was. Arguments: the entry of dist/wrap, the options as JSON.

import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [, , entry, options] = process.argv;
const { createReporter } = await import(pathToFileURL(entry).href);
const reporter = createReporter(JSON.parse(options));

const handler = reporter.wrap(async ({ lines, fails, ms }, _context) => {
  for (const line of lines) {
    // biome-ignore lint/suspicious/noConsole: what a handler prints is its log
    console.log(line);
    await wait(ms);
  }
  if (fails) throw `${lines.length} lines and no more`;
  return { lines: lines.length };
});

process.on('message', async ({ number, kind, ...event }) => {
  switch (kind) {
    case 'run':
      await handler(event, { awsRequestId: event.requestId }).catch(() => undefined);
      process.send({ number });
      break;
    case 'flush': {
      const isEmpty = await reporter.flush(5_000);
      process.send({ number, isEmpty, stats: reporter.stats() });
      break;
    }
    default:
      // In the middle of a delivery: what is not out yet goes to disk.
      process.exit(0);
  }
});
