// The log text of a run: lines as functions write them, so that it compresses as logs do. Every
// function has its own few messages and its own layout; ids, times and numbers differ in each line.

import { type Draw, drawFrom, seededDraw } from './seeded-draw.ts';

export interface LogFacts {
  readonly functionName: string;
  readonly requestId: string;
  readonly startTimeUs: number;
  readonly durationUs: number;
  readonly failed: boolean;
}

const LOG_BYTES_MAX = 4_000;
/** Most runs say little, few say much: from 0.1 to 4 kB, about 600 bytes in the mean. */
const LOG_BYTES: readonly (readonly [number, number])[] = [
  [0, 100],
  [0.25, 170],
  [0.5, 320],
  [0.75, 600],
  [0.9, 1_100],
  [0.99, 2_800],
  [1, LOG_BYTES_MAX],
];
const MESSAGES_OF_A_FUNCTION = 6;

type Message = (draw: Draw) => string;
type Layout = (time: string, level: string, message: string, facts: LogFacts) => string;

interface Style {
  readonly layout: Layout;
  readonly messages: readonly Message[];
}

/** @returns the text of one run after another; the same for the same draws */
export function logWriter(): (facts: LogFacts, draw: Draw) => string {
  const styles = new Map<string, Style>();
  return (facts, draw) => {
    const known = styles.get(facts.functionName);
    const style = known ?? styleOf(seededDraw(seedOf(facts.functionName)));
    if (known === undefined) {
      styles.set(facts.functionName, style);
    }
    return textOf(facts, style, draw);
  };
}

function textOf(facts: LogFacts, { layout, messages }: Style, draw: Draw): string {
  const { requestId, startTimeUs, durationUs, failed } = facts;
  const end = `\nEND RequestId: ${requestId}`;
  const size = drawFrom(LOG_BYTES, draw) - end.length;
  const timeText = timeTexts();
  let timeMs = startTimeUs / 1000;
  let text = `START RequestId: ${requestId}`;
  while (text.length < size) {
    const message = messages[Math.floor(draw() * messages.length)];
    const level = draw() < 0.04 ? 'WARN' : 'INFO';
    timeMs += (draw() * durationUs) / 8_000;
    text += `\n${layout(timeText(timeMs), level, message?.(draw) ?? '', facts)}`;
  }
  if (failed) {
    text += `\n${layout(timeText(timeMs), 'ERROR', traceOf(draw), facts)}`;
  }
  return text.slice(0, LOG_BYTES_MAX - end.length) + end;
}

function styleOf(draw: Draw): Style {
  const layout = layouts[Math.floor(draw() * layouts.length)] ?? plainLayout;
  const messages = Array.from(
    { length: MESSAGES_OF_A_FUNCTION },
    () => allMessages[Math.floor(draw() * allMessages.length)] ?? readMessage,
  );
  return { layout, messages };
}

const plainLayout: Layout = (_time, level, message) => `${level.toLowerCase()}: ${message}`;

const layouts: readonly Layout[] = [
  plainLayout,
  (time, level, message, { requestId }) => `${time}\t${requestId}\t${level}\t${message}`,
  (time, level, message) => `[${level}] ${time} ${message}`,
  (time, level, message, { functionName }) =>
    `{"time":"${time}","level":"${level}","logger":"${functionName}","msg":${JSON.stringify(message)}}`,
];

const readMessage: Message = (draw) =>
  `read ${whole(draw, 1, 400)} rows from orders in ${whole(draw, 1, 90)} ms`;

const allMessages: readonly Message[] = [
  readMessage,
  (draw) => `received ${whole(draw, 1, 10)} messages from queue events-${whole(draw, 0, 7)}`,
  (draw) => `cache miss for user:${whole(draw, 1, 2_000_000)}, asking the service`,
  (draw) => `cache hit for session:${hex(draw, 12)}`,
  (draw) => `GET /v1/users/${whole(draw, 1, 2_000_000)}/orders 200 ${whole(draw, 3, 400)} ms`,
  (draw) => `POST /v1/payments 201 ${whole(draw, 20, 900)} ms, payment pay_${hex(draw, 10)}`,
  (draw) =>
    `attempt ${whole(draw, 1, 3)} of 3: upstream answered 503, waiting ${whole(draw, 1, 20) * 50} ms`,
  (draw) =>
    `wrote s3://exports/2019/07/part-${whole(draw, 1, 9_999)}.gz, ${whole(draw, 900, 9_000_000)} bytes`,
  (draw) =>
    `validated order ord_${hex(draw, 12)}: ${whole(draw, 1, 12)} items, total ${(draw() * 400).toFixed(2)} EUR`,
  (draw) =>
    `SELECT id, state, updated_at FROM jobs WHERE shard = ${whole(draw, 0, 63)} LIMIT 100: ${whole(draw, 0, 100)} rows`,
  (draw) =>
    `resized image ${hex(draw, 16)}.jpg to ${whole(draw, 1, 16) * 80}x${whole(draw, 1, 12) * 60}`,
  (draw) => `token of client ${hex(draw, 8)} expires in ${whole(draw, 1, 3_600)} s, refreshed`,
  (draw) => `lock inventory/${whole(draw, 1, 5_000)} taken after ${whole(draw, 0, 60)} ms`,
  (draw) =>
    `published event order.updated id=${hex(draw, 16)} partition=${whole(draw, 0, 31)} offset=${whole(draw, 1, 90_000_000)}`,
  (draw) =>
    `mail to customer ${whole(draw, 1, 2_000_000)} accepted by relay, id <${hex(draw, 12)}@mail>`,
  (draw) => `heap ${whole(draw, 20, 220)} MB of 256 MB, ${whole(draw, 1, 40)} handles open`,
];

function traceOf(draw: Draw): string {
  const at = (name: string, file: string) =>
    `\n    at ${name} (/var/task/${file}:${whole(draw, 10, 400)}:${whole(draw, 3, 40)})`;
  return `Error: upstream answered 503${at('fetchOrders', 'lib/orders.js')}${at('handle', 'lib/handler.js')}${at('Runtime.handler', 'index.js')}`;
}

/** RFC 3339 with milliseconds, made anew only where the second is another one: most lines share it. */
function timeTexts(): (timeMs: number) => string {
  let second = Number.NaN;
  let prefix = '';
  return (timeMs) => {
    const now = Math.floor(timeMs / 1000);
    if (now !== second) {
      second = now;
      prefix = new Date(now * 1000).toISOString().slice(0, 20);
    }
    return `${prefix}${String(Math.floor(timeMs) - now * 1000).padStart(3, '0')}Z`;
  };
}

function whole(draw: Draw, from: number, to: number): number {
  return from + Math.floor(draw() * (to - from + 1));
}

function hex(draw: Draw, digits: number): string {
  let text = '';
  while (text.length < digits) {
    text += Math.floor(draw() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, digits);
}

function seedOf(name: string): number {
  let seed = 7;
  for (let index = 0; index < name.length; index++) {
    seed = Math.imul(seed, 31) + name.charCodeAt(index);
  }
  return seed;
}
