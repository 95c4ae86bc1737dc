// The optional file function.json of a function's folder: read and checked, nothing filled in.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, shownValue } from '../domain/errors.ts';

export const SETTINGS_FILE = 'function.json';

export const runtimes = ['nodejs', 'python3'] as const;
export type Runtime = (typeof runtimes)[number];

/** A day: what SCF gives to a function that runs on its own. */
const TIMEOUT_SECONDS_MAX = 86_400;
const MEMORY_MB_MIN = 64;
const MEMORY_MB_MAX = 122_880;

/** SCF's rule for the name of a function. */
export const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,59}$/;
/** A path inside the folder, then the function. */
const handlerPattern = /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0]*[^./\0]\.[A-Za-z_$][\w$]*$/;
/** A program cannot set what the platform sets (vendor document 583/32748). */
const variablePattern = /^(?!SCF_|QCLOUD_|TENCENTCLOUD_)[A-Za-z][A-Za-z0-9_]*$/;

const settingsSchema = z.strictObject({
  name: z.string().regex(namePattern).optional(),
  runtime: z.enum(runtimes).optional(),
  handler: z.string().regex(handlerPattern).optional(),
  timeoutSeconds: z.number().min(0.1).max(TIMEOUT_SECONDS_MAX).optional(),
  memoryMb: z.int().min(MEMORY_MB_MIN).max(MEMORY_MB_MAX).optional(),
  environment: z.record(z.string().regex(variablePattern), z.string().regex(/^[^\0]*$/)).optional(),
  description: z.string().max(1000).optional(),
});

export type FunctionSettings = z.infer<typeof settingsSchema>;

const accepted: Readonly<Record<keyof FunctionSettings, string>> = {
  name: 'a letter, then letters, digits, "-" and "_", at most 60 in all',
  runtime: '"nodejs" or "python3"',
  handler: 'file.function, such as "index.main_handler", the file inside the folder',
  timeoutSeconds: `a number from 0.1 to ${TIMEOUT_SECONDS_MAX}`,
  memoryMb: `a whole number from ${MEMORY_MB_MIN} to ${MEMORY_MB_MAX}`,
  environment:
    'an object of strings whose names are a letter, then letters, digits and "_", and do not ' +
    'begin with SCF_, QCLOUD_ or TENCENTCLOUD_',
  description: 'a string of at most 1000 characters',
};

/**
 * What a folder's function.json says; nothing where there is no such file.
 *
 * @throws AppError invalid_setting, with file, field, value and what is accepted
 */
export async function readFunctionSettings(dir: string): Promise<FunctionSettings> {
  const file = join(dir, SETTINGS_FILE);
  const text = await readText(file);
  if (text === undefined) {
    return {};
  }
  const parsed = settingsSchema.safeParse(parseJson(file, text));
  if (!parsed.success) {
    throw refusal(file, parseJson(file, text), parsed.error);
  }
  return parsed.data;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      return undefined;
    }
    throw new AppError('invalid_setting', `${file}: cannot be read; accepted: a readable file`, {
      cause,
    });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid_setting', `${file}: ${reason}; accepted: one JSON object`, {
      cause,
    });
  }
}

function refusal(file: string, value: unknown, error: z.ZodError): AppError {
  const issue = error.issues[0];
  const field = issue?.path[0];
  if (issue?.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => shownValue(key)).join(', ');
    const known = Object.keys(accepted).join(', ');
    return new AppError('invalid_setting', `${file}: unknown key ${keys}; accepted: ${known}`);
  }
  if (typeof field !== 'string' || !isField(field)) {
    return new AppError(
      'invalid_setting',
      `${file}: ${shownValue(value)} is no settings; accepted: one JSON object`,
    );
  }
  const given = (value as Readonly<Record<string, unknown>>)[field];
  return new AppError(
    'invalid_setting',
    `${file}: ${field} ${shownValue(given)} is not accepted; accepted: ${accepted[field]}`,
  );
}

function isField(name: string): name is keyof FunctionSettings {
  return name in accepted;
}
