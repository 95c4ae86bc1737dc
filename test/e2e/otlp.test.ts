// The OpenTelemetry SDK for JavaScript, set up by its environment variables alone, sends to a server.

import { type DiagLogger, DiagLogLevel, diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter as LogExporterJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogExporterProtobuf } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as TraceExporterJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TraceExporterProtobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/running-app.ts';

const START_MS = Date.UTC(2026, 0, 31, 12);

const exporters = {
  protobuf: { Log: LogExporterProtobuf, Trace: TraceExporterProtobuf },
  json: { Log: LogExporterJson, Trace: TraceExporterJson },
};

interface Line {
  readonly afterMs: number;
  readonly text: string;
  readonly severityText?: string;
  /** Left out: a record of no run. */
  readonly requestId?: string;
}

interface Run {
  readonly requestId: string;
  readonly failsWith?: string;
}

describe.each(['protobuf', 'json'] as const)('the SDK over %s', (encoding) => {
  let app: TestApp;
  const warnings: string[] = [];
  beforeAll(async () => {
    app = await startTestApp();
    const basic = btoa(`${app.secretId}:${app.secretKey}`);
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = app.url;
    process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = 'gzip';
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] =
      `authorization=Basic%20${basic},x-fnlog-namespace=shop`;
    const warn = (...parts: unknown[]) => void warnings.push(parts.map(textOf).join(' '));
    const quiet = () => undefined;
    const logger: DiagLogger = { error: warn, warn, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });
  afterEach(() => {
    warnings.length = 0;
  });
  afterAll(async () => {
    diag.disable();
    for (const name of ['ENDPOINT', 'COMPRESSION', 'HEADERS']) {
      delete process.env[`OTEL_EXPORTER_OTLP_${name}`];
    }
    await app.remove();
  });

  const resource = resourceFromAttributes({
    'faas.name': 'thumbnails',
    'faas.version': '7',
    'faas.max_memory': 256 * 1024 * 1024,
    'service.name': 'pictures',
  });

  async function sendLines(lines: readonly Line[]): Promise<void> {
    const processor = new BatchLogRecordProcessor({ exporter: new exporters[encoding].Log() });
    const provider = new LoggerProvider({ resource, processors: [processor] });
    const logger = provider.getLogger('app');
    for (const { afterMs, text, severityText, requestId } of lines) {
      logger.emit({
        timestamp: START_MS + afterMs,
        body: text,
        ...(severityText === undefined ? {} : { severityText }),
        ...(requestId === undefined ? {} : { attributes: { 'faas.invocation_id': requestId } }),
      });
    }
    await provider.shutdown();
  }

  /** A span for the run, one for a part of it, and one for a call. */
  async function sendSpans({ requestId, failsWith }: Run): Promise<void> {
    const processor = new BatchSpanProcessor(new exporters[encoding].Trace());
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    const tracer = provider.getTracer('app');
    const attributes = {
      'faas.invocation_id': requestId,
      'faas.trigger': 'http',
      'faas.coldstart': true,
    };
    const options = { kind: SpanKind.SERVER, startTime: START_MS, attributes };
    const run = tracer.startSpan('thumbnails', options);
    tracer.startSpan('resize').end();
    tracer.startSpan('GET', { kind: SpanKind.CLIENT }).end();
    if (failsWith !== undefined) {
      run.recordException(new TypeError(failsWith));
      run.setStatus({ code: SpanStatusCode.ERROR });
    }
    run.end(START_MS + 250);
    await provider.shutdown();
  }

  async function records(requestId?: string) {
    const authorization = `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
    const path = requestId === undefined ? '' : `&requestId=${requestId}`;
    const url = `${app.url}/api/v1/invocations?namespace=shop${path}`;
    const reply = await fetch(url, { headers: { authorization } });
    return (await reply.json()) as { total: number; invocations: Record<string, unknown>[] };
  }

  test('makes one record of a run out of lines from before and after its span', async () => {
    const requestId = 'run-1';
    await sendLines([
      { afterMs: 200, text: 'third', requestId },
      { afterMs: 10, text: 'first', severityText: 'INFO', requestId },
    ]);
    await sendSpans({ requestId });
    await sendLines([
      { afterMs: 249, text: 'last', severityText: 'WARN', requestId },
      { afterMs: 20, text: 'second', requestId },
    ]);
    const { total, invocations } = await records(requestId);
    expect(total).toBe(1);
    expect(invocations).toEqual([
      expect.objectContaining({
        namespace: 'shop',
        functionName: 'thumbnails',
        qualifier: '7',
        requestId,
        startTime: '2026-01-31T12:00:00.000000Z',
        duration: 250,
        billDuration: 300,
        memoryLimit: 256 * 1024 * 1024,
        retCode: 0,
        statusCode: 200,
        invokeFinished: 1,
        log: 'INFO first\nsecond\nthird\nWARN last',
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        source: 'otlp',
        coldStart: true,
        otel: { spanName: 'thumbnails', trigger: 'http' },
      }),
    ]);
    expect(warnings).toEqual([]);
  });

  test('tells of a failed run', async () => {
    await sendSpans({ requestId: 'run-2', failsWith: 'x is not a function' });
    expect((await records('run-2')).invocations).toMatchObject([
      { retCode: 1, statusCode: 430, retMsg: 'x is not a function', invokeFinished: 1, log: '' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('sends lines of a run that goes on', async () => {
    await sendLines([{ afterMs: 5, text: 'so far', requestId: 'run-3' }]);
    expect((await records('run-3')).invocations).toMatchObject([
      { retCode: 2, invokeFinished: 0, log: 'so far', startTime: '2026-01-31T12:00:00.005000Z' },
    ]);
  });

  test('is told of records that name no run, and the others are kept', async () => {
    await sendLines([
      { afterMs: 1, text: 'while loading' },
      { afterMs: 2, text: 'in a run', requestId: 'run-4' },
      { afterMs: 3, text: 'idle' },
    ]);
    expect(warnings.join('\n')).toMatch(/rejectedLogRecords\D+2\b/);
    expect(warnings.join('\n')).toContain('event 1: faas.invocation_id is missing');
    expect((await records('run-4')).invocations).toMatchObject([{ log: 'in a run' }]);
    warnings.length = 0;
    await sendLines([{ afterMs: 1, text: 'while loading' }]);
    expect(warnings.join('\n')).toMatch(/rejectedLogRecords\D+1\b/);
  });

  test('may send the same again', async () => {
    const requestId = 'run-5';
    const lines = [
      { afterMs: 1, text: 'same', requestId },
      { afterMs: 1, text: 'same', requestId },
      { afterMs: 2, text: 'other', requestId },
    ];
    await sendLines(lines);
    const before = await records();
    await sendLines(lines);
    expect(await records()).toMatchObject({
      total: before.total,
      invocations: before.invocations,
    });
    expect((await records(requestId)).invocations).toMatchObject([{ log: 'same\nsame\nother' }]);
  });
});

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
