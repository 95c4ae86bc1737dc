// The program of a worker process for Node functions: loads one function and runs it whenever the
// runner asks. A process of its own, started by worker-process.ts and imported by nothing.
//
// The runner speaks to it over Node's own channel (NODE_CHANNEL_FD, line-delimited JSON). Answers
// are written to the descriptor at once, so that one is out even if the function ends the process.

import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { LoadRequest, RunRequest, WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

type Callback = (error?: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;
type Failure = Extract<WorkerAnswer, { ok: false }>['failure'];

/** How the function ended, before its value is made into JSON. */
type Ending = { value: unknown } | BadEnding;

interface BadEnding {
  failure: Failure;
  /** What was thrown, or a sentence. */
  error: unknown;
  poisoned: boolean;
}

const CHANNEL_FD = 3;
const LOG_FD = 1;
const ERROR_TEXT_MAX = 64 * 1024;
/** Taken before the function can put another one in its place. */
const encodeJson = JSON.stringify;

let handler: Handler = () => undefined;
let resultBytesMax = 0;
/** Ends the run that is under way; undefined between runs. */
let endRun: ((ending: Ending) => void) | undefined;

start();

function start(): void {
  for (const stream of [process.stdout, process.stderr]) {
    writeAtOnce(stream);
  }
  process.on('message', (request) => {
    void answer(request as WorkerRequest);
  });
  process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      // A function that has a listener of its own has dealt with it.
      if (process.listenerCount(event) === 1) {
        endBadly(error);
      }
    });
  }
  // A function on SCF sees no channel.
  Object.assign(process, { send: undefined, disconnect: undefined });
}

/** Output goes out in the order of the calls, on both streams, even if the process ends next. */
function writeAtOnce(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => void } };
  handle?.setBlocking?.(true);
}

async function answer(request: WorkerRequest): Promise<void> {
  let durationUs = 0;
  let ending: Ending;
  if (request.op === 'load') {
    // No token before it: what the process wrote until now is a part of its log.
    ending = await untilEnded((end) => void load(request).then(end));
  } else {
    writeAll(LOG_FD, request.token);
    const event: unknown = JSON.parse(request.event);
    const begin = process.hrtime.bigint();
    ending = await untilEnded((end) => run(event, request, end));
    durationUs = Number((process.hrtime.bigint() - begin) / 1000n);
  }
  // A rejection that nobody handles is told only when the loop turns.
  report(request, (await lateFailure()) ?? ending, durationUs);
}

/** Runs the user's code until it says that it has ended, or something in the background fails. */
function untilEnded(code: (end: (ending: Ending) => void) => void): Promise<Ending> {
  return new Promise((resolve) => {
    endRun = resolve;
    code(resolve);
  });
}

async function load(request: LoadRequest): Promise<Ending> {
  resultBytesMax = request.resultBytesMax;
  const file = request.endings
    .map((ending) => join(request.dir, `${request.file}${ending}`))
    .find((path) => existsSync(path));
  if (file === undefined) {
    const names = request.endings.map((ending) => `${request.file}${ending}`).join(', ');
    return handlerMissing(
      `no file of the name ${names} is there. Add it, or set handler in function.json.`,
    );
  }
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    return { failure: 'exception', error, poisoned: true };
  }
  const found = findHandler(module, request.functionName);
  if (found === undefined) {
    return handlerMissing(missingFunction(module, request));
  }
  handler = found;
  return { value: null };
}

function handlerMissing(sentence: string): Ending {
  return { failure: 'handler_not_found', error: sentence, poisoned: true };
}

/** CommonJS exports come as `default`, those of an ES module by their names. */
function findHandler(module: Readonly<Record<string, unknown>>, name: string): Handler | undefined {
  for (const exported of [module['default'], module]) {
    const found = (exported as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (typeof found === 'function') {
      return found.bind(exported) as Handler;
    }
  }
  return undefined;
}

function missingFunction(
  module: Readonly<Record<string, unknown>>,
  { file, functionName }: LoadRequest,
): string {
  const commonJs = module['default'];
  const names = Object.entries({ ...module, ...(typeof commonJs === 'object' ? commonJs : {}) })
    .filter(([name, value]) => typeof value === 'function' && name !== 'default')
    .map(([name]) => name);
  const found = names.length === 0 ? 'no function' : [...new Set(names)].join(', ');
  return (
    `module '${file}' exports no function '${functionName}'; it exports ${found}. ` +
    `Export '${functionName}', or set handler in function.json.`
  );
}

function run(event: unknown, request: RunRequest, end: (ending: Ending) => void): void {
  const fail = (error: unknown) => end({ failure: 'exception', error, poisoned: false });
  try {
    const returned = handler(event, request.context, (error, result) =>
      error === undefined || error === null ? end({ value: result }) : fail(error),
    );
    if (isThenable(returned)) {
      returned.then((value) => end({ value }), fail);
    } else if (returned !== undefined || handler.length < 3) {
      end({ value: returned });
    }
  } catch (error) {
    fail(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What went wrong in the background before the loop came round, if anything did. */
async function lateFailure(): Promise<Ending | undefined> {
  let late: Ending | undefined;
  endRun = (ending) => {
    late ??= 'failure' in ending && ending.poisoned ? ending : undefined;
  };
  await turnOfLoop();
  endRun = undefined;
  return late;
}

/** An error that nobody caught: nothing is known of the state that it left. */
function endBadly(error: unknown): void {
  if (endRun === undefined) {
    writeAll(2, `${describe(error)}\n`);
    process.exit(1);
  }
  endRun({ failure: 'exception', error, poisoned: true });
}

function report(request: WorkerRequest, ending: Ending, durationUs: number): void {
  const encoded = 'failure' in ending ? ending : encodeResult(ending.value);
  const base = {
    token: request.token,
    durationUs,
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  const message: WorkerAnswer =
    'failure' in encoded
      ? {
          ...base,
          ok: false,
          failure: encoded.failure,
          message: describe(encoded.error),
          poisoned: encoded.poisoned,
        }
      : { ...base, ok: true, poisoned: false, result: encoded.json };
  writeAll(LOG_FD, request.token);
  // The first line break ends whatever the function may have written to the channel.
  writeAll(CHANNEL_FD, `\n${encodeJson(message)}\n`);
}

function encodeResult(value: unknown): BadEnding | { json: string } {
  let json: string | undefined;
  try {
    json = value === undefined ? 'null' : encodeJson(value);
  } catch (error) {
    return unserialisable(error instanceof Error ? error.message : String(error));
  }
  if (json === undefined) {
    return unserialisable(`it is a ${typeof value}`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > resultBytesMax) {
    const error =
      `The result is ${bytes} bytes of JSON; at most ${resultBytesMax} (6 MB) are accepted. ` +
      'Return less, or store it and return where it is.';
    return { failure: 'result_too_large', error, poisoned: false };
  }
  return { json };
}

function unserialisable(reason: string): BadEnding {
  const error =
    `The result cannot be written as JSON: ${reason}. ` +
    'Return objects, arrays, strings, numbers, booleans and null only.';
  return { failure: 'result_unserialisable', error, poisoned: false };
}

/** The error as a console shows it, without the frames of this file. */
function describe(error: unknown): string {
  let text: string;
  try {
    text = typeof error === 'string' ? error : inspect(error);
  } catch {
    text = 'an error that cannot be shown';
  }
  const shown = withoutOwnFrames(text);
  const isLong = shown.length > ERROR_TEXT_MAX;
  return isLong ? `${shown.slice(0, ERROR_TEXT_MAX)}\n[fnlog: the rest is cut]` : shown;
}

/** A stack below the first frame of this file has nothing to do with the function. */
function withoutOwnFrames(text: string): string {
  const own = fileURLToPath(import.meta.url);
  const kept: string[] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    isBelow = /^\s+at /.test(line) && (isBelow || line.includes(own));
    if (!isBelow) {
      kept.push(line);
    } else if (line.endsWith(' {')) {
      // Opens the list of the error's own properties, which follows.
      kept[kept.length - 1] += ' {';
    }
  }
  return kept.join('\n');
}

function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) {
        throw error;
      }
      // The reader is slower than the function: wait a moment for it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
