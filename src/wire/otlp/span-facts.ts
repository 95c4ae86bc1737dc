// What a run's span says besides its times: how it ended, and what fnlog has no field for.

import type { RunFacts } from '../../domain/fragment.ts';
import { statusCodes } from '../../domain/status-code.ts';
import type { Told } from './faas-run.ts';
import {
  type AttributeName,
  type Attributes,
  attributesOf,
  textAttribute,
} from './otlp-attributes.ts';
import type { OtlpSpan } from './otlp-schema.ts';

/** StatusCode of opentelemetry-proto; unset counts as ok. */
const STATUS_ERROR = 2;
const FAILED = 1;
const EXCEPTION = 'exception';

/**
 * Types of errors by which a run as a whole is over its time or memory: the last part of the name,
 * alone. A ReadTimeout is one of a call that the function made, and so an exception like others.
 */
const TIMED_OUT =
  /^(?:function|task|invocation)?[ _-]?(?:timeout|timed[ _-]?out|deadline[ _-]?exceeded)(?:error|exception)?$/i;
const OUT_OF_MEMORY =
  /^(?:out[ _-]?of[ _-]?memory|memory|oom(?:[ _-]?killed)?)(?:error|exception)?$/i;

const TEXT_CHARACTERS_MAX = 1_024;

/** The members of `extra.otel`, and the attributes that they are taken from: the first that is there. */
const extraNames: Readonly<Record<string, readonly AttributeName[]>> = {
  trigger: ['faas.trigger'],
  instance: ['faas.instance'],
  resourceId: ['cloud.resource_id', 'faas.id'],
  accountId: ['cloud.account.id'],
  provider: ['cloud.provider'],
  region: ['cloud.region'],
};

/** @param own the span's own attributes */
export function outcomeOf(span: OtlpSpan, own: Attributes): RunFacts {
  if (span.status?.code !== STATUS_ERROR) {
    return { retCode: 0 };
  }
  const exception = exceptionOf(span);
  const types = [textAttribute(own, 'error.type'), textAttribute(exception, 'exception.type')];
  const retMsg =
    span.status.message || textAttribute(exception, 'exception.message') || types.find(Boolean);
  return {
    retCode: FAILED,
    statusCode: statusCodeOf(types),
    ...(retMsg === undefined ? {} : { retMsg }),
  };
}

/** @returns coldStart, errorType and, as `otel`, what else tells the run from others */
export function spanExtraOf(span: OtlpSpan, { own, resource }: Told): Record<string, unknown> {
  const errorType = textAttribute(own, 'error.type');
  const otel = Object.entries(extraNames).flatMap(([name, from]) => {
    const value = from
      .map((one) => textAttribute(own, one) ?? textAttribute(resource, one))
      .find((one) => one !== undefined);
    return value === undefined ? [] : [[name, shortened(value)]];
  });
  return {
    ...(own.get('faas.coldstart') === true ? { coldStart: true } : {}),
    ...(errorType === undefined ? {} : { errorType: shortened(errorType) }),
    otel: { spanName: shortened(span.name), ...Object.fromEntries(otel) },
  };
}

/** The last exception that was recorded: the one that ended the run. */
function exceptionOf({ events }: OtlpSpan): Attributes {
  const last = events.findLast(({ name }) => name === EXCEPTION);
  return last === undefined ? new Map() : attributesOf(last);
}

function statusCodeOf(types: readonly (string | undefined)[]): number {
  const names = types.map((type) => type?.split(/[.:/\\$]/).at(-1) ?? '');
  if (names.some((name) => TIMED_OUT.test(name))) {
    return statusCodes.timeLimitExceeded;
  }
  return names.some((name) => OUT_OF_MEMORY.test(name))
    ? statusCodes.memoryLimitExceeded
    : statusCodes.userCodeException;
}

function shortened(text: string): string {
  return text.slice(0, TEXT_CHARACTERS_MAX).toWellFormed();
}
