// Which run of which function a log record or span is of, and what its resource says of the
// function: semantic conventions for FaaS.

import type { FragmentCandidate, RunFacts } from '../../domain/fragment.ts';
import {
  type AttributeName,
  type Attributes,
  type AttributeValue,
  textAttribute,
} from './otlp-attributes.ts';

/** What is said of a record, from the nearest to the farthest. */
export interface Told {
  readonly own: Attributes;
  readonly scope: Attributes;
  readonly resource: Attributes;
}

export interface FaasRun {
  readonly functionName: string;
  readonly requestId: string;
}

/** Why a record is of no run: a candidate without its line. */
export interface NoRun {
  readonly field: string;
  readonly unreadable: string;
}

/** The names under which the id of a run may stand; the first counts. */
const invocationIdNames = ['faas.invocation_id', 'faas.execution', 'aws_request_id'] as const;

/** What an SDK calls a service that nobody named. */
const UNNAMED_SERVICE = /^unknown_service(?::|$)/;
const MIB = 1024 * 1024;
const DIGITS = /^\d{1,16}$/;

/** @returns the id as it stands on the record, its scope or its resource; undefined where on none */
export function invocationIdOf({ own, scope, resource }: Told): string | undefined {
  return invocationIdIn(own) ?? invocationIdIn(scope) ?? invocationIdIn(resource);
}

export function invocationIdIn(attributes: Attributes): string | undefined {
  return invocationIdNames
    .map((name) => textAttribute(attributes, name))
    .find((id) => id !== undefined);
}

/** The function's name is `faas.name`, else the service's name. */
export function faasRunOf(told: Told): FaasRun | NoRun {
  const requestId = invocationIdOf(told);
  const functionName = functionText(told, 'faas.name') ?? serviceNameOf(told.resource);
  if (requestId === undefined) {
    return { field: 'faas.invocation_id', unreadable: 'is missing: it tells which run this is of' };
  }
  if (functionName === undefined) {
    return { field: 'faas.name', unreadable: 'is missing: the resource must name the function' };
  }
  return { functionName, requestId };
}

/** What is true of every run of the function. */
export function functionFactsOf(told: Told): RunFacts {
  const qualifier = functionText(told, 'faas.version');
  const memoryLimitBytes = memoryBytesOf(
    told.resource.get('faas.max_memory') ?? told.own.get('faas.max_memory'),
  );
  return {
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
  };
}

/** A candidate for a record that is of no run. */
export function rejected(line: number, { field, unreadable }: NoRun): FragmentCandidate {
  return { line, field, unreadable };
}

/** What describes the function stands on the resource, or on the record where that came too late. */
function functionText({ resource, own }: Told, name: AttributeName): string | undefined {
  return textAttribute(resource, name) ?? textAttribute(own, name);
}

function serviceNameOf(resource: Attributes): string | undefined {
  const name = textAttribute(resource, 'service.name');
  return name === undefined || UNNAMED_SERVICE.test(name) ? undefined : name;
}

/** Bytes; before semantic conventions 1.16 MiB, of which no function has a million. */
function memoryBytesOf(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number <= 0) {
    return undefined;
  }
  return number < MIB ? number * MIB : number;
}
