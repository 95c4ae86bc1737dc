// The sources of POST /api/v1/sources/{source}: what tells of runs bit by bit, each in its own form.

import type { FragmentCandidate } from '../domain/fragment.ts';
import { decodeCls } from './cls/decode-cls.ts';
import { awslogsData, clsTriggerData } from './data-envelope.ts';
import { decodeCloudwatch } from './lambda/decode-cloudwatch.ts';
import { decodeTelemetry } from './lambda/decode-telemetry.ts';
import type { SourceOptions, SourceParameter } from './source-options.ts';

export interface Source {
  /** The parameters of the query string that mean something here. */
  readonly parameters: readonly SourceParameter[];
  /**
   * What is packed once more inside of the body, such as gzip in base64 in JSON.
   *
   * @returns undefined where nothing is
   */
  readonly unpack?: (bytes: Buffer) => Buffer | undefined;
  /**
   * @param bytes decompressed
   * @throws AppError malformed_request where the body as a whole is not of this source
   */
  readonly decode: (bytes: Buffer, options: SourceOptions) => Iterable<FragmentCandidate>;
}

/** By the name in the path. */
export const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  [
    'lambda-telemetry',
    { parameters: ['namespace', 'functionName', 'stream'], decode: decodeTelemetry },
  ],
  [
    'cloudwatch',
    {
      parameters: ['namespace', 'functionName'],
      unpack: awslogsData,
      decode: decodeCloudwatch,
    },
  ],
  ['cls', { parameters: ['namespace'], unpack: clsTriggerData, decode: decodeCls }],
]);
