// The log of SCF as Tencent's CLS (Cloud Log Service) gives it out: each line is an entry of its own,
// some written by the function, some by SCF. Every line stays a line of the log.

import type { Fragment, FragmentCandidate } from '../../domain/fragment.ts';
import type { SourceOptions } from '../source-options.ts';
import { type ClsEntry, readClsEntries } from './read-cls-entries.ts';
import { readScfLine, type ScfLine } from './scf-line.ts';
import { factsOfScfLine } from './scf-message.ts';

const SOURCE = 'cls';

/** CLS knows the namespace; the option is for lines that leave it out. */
export type ClsOptions = Pick<SourceOptions, 'namespace' | 'recordBytesMax'>;

/**
 * @param bytes JSON after decompression, one value a line, an array, or one document: exported
 *   lines (vendor document 614/56449), messages of the Kafka protocol (614/72651), the event of a
 *   CLS trigger unpacked (583/49587), what SearchLog answered (614/56447)
 * @returns one candidate for each log line; of lines of the same time the one that was written
 *   first comes first, also where CLS gave the newest first, as it does unless told otherwise
 */
export function* decodeCls(bytes: Buffer, options: ClsOptions): Generator<FragmentCandidate> {
  const candidates: FragmentCandidate[] = [];
  for (const entry of readClsEntries(bytes, options)) {
    candidates.push(candidateOf(entry, options));
  }
  yield* newestFirst(candidates) ? candidates.reverse() : candidates;
}

function candidateOf(entry: ClsEntry, options: ClsOptions): FragmentCandidate {
  const { line } = entry;
  if ('unreadable' in entry) {
    return entry;
  }
  const read = readScfLine(entry.fields, entry.meta);
  return 'unreadable' in read
    ? { line, ...read }
    : { line, fragment: fragmentOf(read, options), bytes: entry.bytes };
}

function fragmentOf(line: ScfLine, { namespace }: ClsOptions): Fragment {
  const { timeUs, qualifier, extra } = line;
  return {
    namespace: line.namespace ?? namespace,
    functionName: line.functionName,
    requestId: line.requestId,
    retryNum: line.retryNum,
    timeUs,
    facts: {
      ...factsOfScfLine(line),
      ...(qualifier === undefined ? {} : { qualifier }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    },
    // No ids: CLS gives the same line one in an export, and none, or another, in a delivery.
    lines: [{ timeUs, text: line.message }],
    source: SOURCE,
  };
}

function newestFirst(candidates: readonly FragmentCandidate[]): boolean {
  const times = candidates.flatMap((one) => ('fragment' in one ? [one.fragment.timeUs] : []));
  return (times[0] ?? 0) > (times.at(-1) ?? 0);
}
