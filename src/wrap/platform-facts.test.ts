import { describe, expect, test } from 'vitest';
import { factsOfContext, factsOfEnvironment } from './platform-facts.ts';

const MIB = 1024 * 1024;

describe('a context', () => {
  test('of AWS Lambda', () => {
    const context = {
      functionName: 'resize',
      functionVersion: '7',
      memoryLimitInMB: '256',
      awsRequestId: '0c1f-42',
      getRemainingTimeInMillis: () => 2_998,
    };
    expect(factsOfContext(context)).toEqual({
      functionName: 'resize',
      qualifier: '7',
      requestId: '0c1f-42',
      memoryLimitBytes: 256 * MIB,
    });
  });

  test('of SCF', () => {
    const context = {
      memory_limit_in_mb: 128,
      time_limit_in_ms: 3_000,
      request_id: 'scf-1',
      function_version: '$LATEST',
      function_name: 'hello',
      namespace: 'prod',
      environment: '{}',
    };
    expect(factsOfContext(context)).toEqual({
      functionName: 'hello',
      namespace: 'prod',
      qualifier: '$LATEST',
      requestId: 'scf-1',
      memoryLimitBytes: 128 * MIB,
      timeLimitMs: 3_000,
    });
  });

  test('of Azure Functions, which counts retries', () => {
    const context = {
      invocationId: 'az-9',
      functionName: 'queueWorker',
      retryContext: { retryCount: 2, maxRetryCount: 5 },
    };
    expect(factsOfContext(context)).toEqual({
      functionName: 'queueWorker',
      requestId: 'az-9',
      retryNum: 2,
    });
  });

  test('of Alibaba Function Compute', () => {
    const context = {
      requestId: 'fc-3',
      function: { name: 'thumb', handler: 'index.handler', memory: 512, timeout: 60 },
      service: { name: 'media', qualifier: 'LATEST', versionId: '' },
    };
    expect(factsOfContext(context)).toEqual({
      functionName: 'thumb',
      qualifier: 'LATEST',
      requestId: 'fc-3',
      memoryLimitBytes: 512 * MIB,
      timeLimitMs: 60_000,
    });
  });

  test.each([
    undefined,
    null,
    'text',
    42,
    {},
    { awsRequestId: '', memoryLimitInMB: 'much', functionName: 7, time_limit_in_ms: -1 },
    { memory_limit_in_mb: Number.NaN, retryContext: null, function: 'name', service: 1 },
  ])('that says nothing (%j) gives nothing', (context) => {
    expect(factsOfContext(context)).toEqual({});
  });
});

describe('the variables', () => {
  test.each([
    [
      { AWS_LAMBDA_FUNCTION_NAME: 'l', AWS_LAMBDA_FUNCTION_VERSION: '3' },
      { functionName: 'l', qualifier: '3' },
    ],
    [
      { SCF_FUNCTIONNAME: 's', SCF_FUNCTIONVERSION: '$LATEST', SCF_NAMESPACE: 'n' },
      { functionName: 's', qualifier: '$LATEST', namespace: 'n' },
    ],
    [
      { FC_FUNCTION_NAME: 'f', FC_QUALIFIER: 'LATEST' },
      { functionName: 'f', qualifier: 'LATEST' },
    ],
    [
      { K_SERVICE: 'k', K_REVISION: 'k-0001', FUNCTION_TARGET: 'main' },
      { functionName: 'k', qualifier: 'k-0001' },
    ],
    [{ FUNCTION_TARGET: 'main' }, { functionName: 'main' }],
    [{ VERCEL: '1', AWS_LAMBDA_FUNCTION_NAME: 'a name of nobody' }, {}],
    [{ PATH: '/bin' }, {}],
  ])('%j', (environment, facts) => {
    expect(factsOfEnvironment(environment)).toEqual(facts);
  });
});
