// What a platform tells a handler about its run: by the context argument (AWS Lambda, Tencent SCF,
// Azure Functions, Alibaba Function Compute, Google Cloud Functions), and by the environment.

const MIB = 1024 * 1024;
const MS_PER_S = 1_000;

/** All that is known of a run when it starts; what the platform does not say is left out. */
export interface RunFacts {
  readonly functionName?: string;
  readonly namespace?: string;
  readonly qualifier?: string;
  readonly requestId?: string;
  /** Given where the platform counts the retries of one event. */
  readonly retryNum?: number;
  readonly memoryLimitBytes?: number;
  readonly timeLimitMs?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the context argument. Names are those of AWS Lambda, then SCF (vendor document 583/9210),
 * then the others.
 *
 * @param context whatever the handler was given
 */
export function factsOfContext(context: unknown): RunFacts {
  const own = membersOf(context);
  const functionMeta = membersOf(own['function']);
  return {
    ...text('functionName', own['functionName'] ?? own['function_name'] ?? functionMeta['name']),
    ...text('namespace', own['namespace']),
    ...text(
      'qualifier',
      own['functionVersion'] ?? own['function_version'] ?? membersOf(own['service'])['qualifier'],
    ),
    ...text(
      'requestId',
      own['awsRequestId'] ??
        own['request_id'] ??
        own['requestId'] ??
        own['invocationId'] ??
        own['eventId'],
    ),
    ...whole('retryNum', membersOf(own['retryContext'])['retryCount'], 1),
    ...whole(
      'memoryLimitBytes',
      own['memoryLimitInMB'] ?? own['memory_limit_in_mb'] ?? functionMeta['memory'],
      MIB,
    ),
    ...(own['time_limit_in_ms'] === undefined
      ? whole('timeLimitMs', functionMeta['timeout'], MS_PER_S)
      : whole('timeLimitMs', own['time_limit_in_ms'], 1)),
  };
}

/** What the platform's variables say of the function, for contexts that do not say it. */
export function factsOfEnvironment(environment: Environment): RunFacts {
  // Vercel runs on Lambda, under names of its own making that say nothing to anybody.
  const lambda = environment['VERCEL'] === undefined ? environment : {};
  return {
    ...text(
      'functionName',
      lambda['AWS_LAMBDA_FUNCTION_NAME'] ??
        environment['SCF_FUNCTIONNAME'] ??
        environment['FC_FUNCTION_NAME'] ??
        environment['K_SERVICE'] ??
        environment['FUNCTION_TARGET'],
    ),
    ...text('namespace', environment['SCF_NAMESPACE']),
    ...text(
      'qualifier',
      lambda['AWS_LAMBDA_FUNCTION_VERSION'] ??
        environment['SCF_FUNCTIONVERSION'] ??
        environment['FC_QUALIFIER'] ??
        environment['K_REVISION'],
    ),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function text<Name extends keyof RunFacts>(name: Name, value: unknown): { [K in Name]?: string } {
  return typeof value === 'string' && value !== ''
    ? ({ [name]: value } as { [K in Name]?: string })
    : {};
}

/** Lambda gives the memory limit as digits. */
function whole<Name extends keyof RunFacts>(
  name: Name,
  value: unknown,
  unit: number,
): { [K in Name]?: number } {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number * unit) && number >= 0
    ? ({ [name]: number * unit } as { [K in Name]?: number })
    : {};
}
