// The parameters of an API 3.0 call as one tree, whichever way they came: a JSON body, or names
// that were flattened into a form or a query string (`Filters.0.Values.0`, wire facts C.1).

import { AppError, shownValue } from '../../domain/errors.ts';
import type { Parameter } from '../decode-parameters.ts';

export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly ParameterValue[]
  | ParameterBranch;

export type ParameterBranch = ReadonlyMap<string, ParameterValue>;

export interface ParameterTree {
  readonly root: ParameterBranch;
  /** From JSON: numbers are numbers. From flattened names every value is text, lists are branches. */
  readonly typed: boolean;
}

/** The deepest name of any action has four parts: Filters.0.Values.0. */
const DEPTH_MAX = 8;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * @param body the bytes as they came; none at all are an empty object
 * @throws AppError malformed_request where they are not one JSON object in UTF-8
 */
export function treeOfJson(body: Uint8Array): ParameterTree {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw unreadable('is not JSON in UTF-8', '不是 UTF-8 编码的 JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('is not a JSON object', '不是 JSON 对象');
  }
  return { root: branchOf(value, 1), typed: true };
}

/** @throws AppError invalid_parameter for names that contradict each other or are too deep */
export function treeOfFlattened(parameters: readonly Parameter[]): ParameterTree {
  const root = new Map<string, ParameterValue>();
  for (const [name, value] of parameters) {
    place(root, name, value);
  }
  return { root, typed: false };
}

function place(root: Map<string, ParameterValue>, name: string, value: string): void {
  const path = name.split('.');
  if (path.length > DEPTH_MAX) {
    throw tooDeep(name);
  }
  let branch = root;
  for (const part of path.slice(0, -1)) {
    const next = branch.get(part) ?? new Map<string, ParameterValue>();
    if (!(next instanceof Map)) {
      throw contradiction(name);
    }
    branch.set(part, next);
    branch = next;
  }
  const last = path.at(-1) ?? '';
  if (branch.has(last)) {
    throw contradiction(name);
  }
  branch.set(last, value);
}

function branchOf(value: object, depth: number): ParameterBranch {
  return new Map(
    Object.entries(value).map(([name, each]) => [name, nestedValue(each, name, depth)]),
  );
}

function nestedValue(value: unknown, name: string, depth: number): ParameterValue {
  if (typeof value !== 'object' || value === null) {
    return value as string | number | boolean | null;
  }
  if (depth >= DEPTH_MAX) {
    throw tooDeep(name);
  }
  return Array.isArray(value)
    ? value.map((each) => nestedValue(each, name, depth + 1))
    : branchOf(value, depth + 1);
}

function unreadable(what: string, zh: string, cause?: unknown): AppError {
  return new AppError(
    'malformed_request',
    `the body ${what}: one object with the parameters of the action is accepted`,
    { cause, zh: `请求体${zh}：须为包含接口参数的对象` },
  );
}

function tooDeep(name: string): AppError {
  const shown = shownValue(name);
  return new AppError(
    'invalid_parameter',
    `parameter ${shown} is nested too deep: at most ${DEPTH_MAX} levels are accepted`,
    { details: { parameter: name }, zh: `参数 ${shown} 嵌套过深：最多 ${DEPTH_MAX} 层` },
  );
}

function contradiction(name: string): AppError {
  const shown = shownValue(name);
  return new AppError(
    'invalid_parameter',
    `parameter ${shown} is given both as a value and as a name with parts: give it once`,
    { details: { parameter: name }, zh: `参数 ${shown} 重复且互相矛盾：只能给出一次` },
  );
}
