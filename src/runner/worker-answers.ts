// Cuts what comes up a worker's channel into answers. The function can write there too, so what is
// no answer is passed over.

import type { Readable } from 'node:stream';
import { type WorkerAnswer, workerAnswerSchema } from './worker-protocol.ts';

/** Well over the longest answer: a result of 6 MB, each byte of it escaped. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;
const LINE_FEED = 10;

export function readAnswers(stream: Readable, take: (answer: WorkerAnswer) => void): void {
  let parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let at = rest.indexOf(LINE_FEED); at !== -1; at = rest.indexOf(LINE_FEED)) {
      const answer = parseAnswer(Buffer.concat([...parts, rest.subarray(0, at)]).toString());
      parts = [];
      size = 0;
      rest = rest.subarray(at + 1);
      if (answer !== undefined) {
        take(answer);
      }
    }
    size += rest.length;
    if (size > LINE_BYTES_MAX) {
      parts = [];
      size = 0;
    } else if (rest.length > 0) {
      parts.push(rest);
    }
  });
}

function parseAnswer(line: string): WorkerAnswer | undefined {
  try {
    return workerAnswerSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
