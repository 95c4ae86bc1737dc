// Spans of OTLP: the one that is the run itself becomes the run's record.

import type { FragmentCandidate, RunFacts } from '../../domain/fragment.ts';
import { DURATION_MS_MAX } from '../../domain/record-bounds.ts';
import type { OtlpEntry } from './decode-otlp-request.ts';
import {
  faasRunOf,
  functionFactsOf,
  invocationIdIn,
  invocationIdOf,
  type NoRun,
  rejected,
  type Told,
} from './faas-run.ts';
import { attributesOf, textAttribute } from './otlp-attributes.ts';
import type { OtlpId, OtlpSpan } from './otlp-schema.ts';
import { outcomeOf, spanExtraOf } from './span-facts.ts';
import { badTime, microsecondsOf } from './unix-nano.ts';

export interface TraceOptions {
  /** The namespace of the runs. */
  readonly namespace: string;
  /** Told of each span that is no run: it gives no candidate. */
  readonly onOtherSpan: () => void;
}

/** SpanKind of opentelemetry-proto. */
const kinds = { server: 2, client: 3, producer: 4, consumer: 5 } as const;
/** SpanFlags of opentelemetry-proto: whether bit 9 says something, and that the parent is remote. */
const FLAG_HAS_IS_REMOTE = 0x100;
const FLAG_IS_REMOTE = 0x200;

/** Roughly what the facts of a run take besides its texts. */
const RUN_BYTES = 1_024;
const DURATION_US_MAX = DURATION_MS_MAX * 1_000;
const NANO_PER_US = 1_000;
const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;

type SpanEntry = Extract<OtlpEntry<OtlpSpan>, { item: unknown }>;

/**
 * A trace holds many spans, and one of them is the run: it has the invocation id, and is of kind
 * SERVER or CONSUMER, or else (where whoever instruments by hand leaves the kind out, or gives the
 * id to the whole process) has no parent in its own process. An outgoing call (CLIENT, PRODUCER) is
 * none, even where it has the id of the run that it started. Other spans are no error: exporters
 * send whole traces. They are passed over and counted, and the caller hears of success. But an
 * incoming call of a function that leaves its id out is a run that would be lost: it is rejected.
 *
 * @returns a candidate for each run, and for each span that cannot be read
 */
export function* decodeTraces(
  entries: Iterable<OtlpEntry<OtlpSpan>>,
  { namespace, onOtherSpan }: TraceOptions,
): Generator<FragmentCandidate> {
  for (const entry of entries) {
    if ('unreadable' in entry) {
      yield entry;
      continue;
    }
    const told = { own: attributesOf(entry.item), scope: entry.scope, resource: entry.resource };
    if (isRun(entry.item, told)) {
      yield candidateOf(entry, told, namespace);
    } else {
      onOtherSpan();
    }
  }
}

function isRun(span: OtlpSpan, told: Told): boolean {
  const incoming = span.kind === kinds.server || span.kind === kinds.consumer;
  const outgoing = span.kind === kinds.client || span.kind === kinds.producer;
  if (invocationIdIn(told.own) !== undefined) {
    return incoming || (!outgoing && isTop(span));
  }
  if (invocationIdOf(told) !== undefined) {
    return !outgoing && isTop(span);
  }
  return incoming && isOfFunction(told) && isTop(span);
}

function isOfFunction({ own, resource }: Told): boolean {
  const name = textAttribute(resource, 'faas.name') ?? textAttribute(own, 'faas.name');
  return name !== undefined || textAttribute(own, 'faas.trigger') !== undefined;
}

/** Whether no span of the same process is above it. */
function isTop({ parentSpanId, flags }: OtlpSpan): boolean {
  const parentIsRemote = (flags & FLAG_HAS_IS_REMOTE) !== 0 && (flags & FLAG_IS_REMOTE) !== 0;
  return parentIsRemote || /^0*$/.test(hexOf(parentSpanId));
}

function candidateOf(entry: SpanEntry, told: Told, namespace: string): FragmentCandidate {
  const { line, item } = entry;
  const run = faasRunOf(told);
  if ('unreadable' in run) {
    return rejected(line, run);
  }
  const times = timesOf(item);
  if ('unreadable' in times) {
    return rejected(line, times);
  }
  const { timeUs, facts } = times;
  const outcome = facts.invokeFinished === true ? outcomeOf(item, told.own) : {};
  const traceId = hexOf(item.traceId);
  return {
    line,
    bytes: RUN_BYTES + (outcome.retMsg?.length ?? 0),
    fragment: {
      namespace,
      ...run,
      retryNum: 0,
      timeUs,
      facts: {
        ...functionFactsOf(told),
        ...facts,
        ...outcome,
        ...(TRACE_ID.test(traceId) ? { traceId } : {}),
        extra: spanExtraOf(item, told),
      },
      lines: [],
      source: 'otlp',
    },
  };
}

/** Start, end and duration; a span without an end is of a run that goes on. */
function timesOf(span: OtlpSpan): { readonly timeUs: number; readonly facts: RunFacts } | NoRun {
  const startTimeUs = microsecondsOf(span.startTimeUnixNano);
  const endTimeUs = microsecondsOf(span.endTimeUnixNano);
  const timeUs = startTimeUs ?? endTimeUs;
  if (timeUs === undefined) {
    return { field: 'startTimeUnixNano', unreadable: 'is missing' };
  }
  const bad = badTime('startTimeUnixNano', startTimeUs) ?? badTime('endTimeUnixNano', endTimeUs);
  if (bad !== undefined) {
    return bad;
  }
  const start = startTimeUs === undefined ? {} : { startTimeUs };
  if (endTimeUs === undefined) {
    return { timeUs, facts: start };
  }
  if (startTimeUs === undefined) {
    return { timeUs, facts: { endTimeUs, invokeFinished: true } };
  }
  // Clocks are set back: an end before the start is no reason to lose the run.
  const nano = Math.max(Number(span.endTimeUnixNano - span.startTimeUnixNano), 0);
  const durationUs = Math.round(nano / NANO_PER_US);
  return durationUs > DURATION_US_MAX
    ? { field: 'endTimeUnixNano', unreadable: 'is over 366 days after the start' }
    : { timeUs, facts: { ...start, durationUs, invokeFinished: true } };
}

function hexOf(id: OtlpId): string {
  return typeof id === 'string' ? id.toLowerCase() : Buffer.from(id).toString('hex');
}
