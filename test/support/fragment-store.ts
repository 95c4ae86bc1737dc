// A store in memory, as far as joining fragments asks for one; it fails and waits when told to.

import { AppError } from '../../src/domain/errors.ts';
import { type Invocation, identityKey } from '../../src/domain/invocation.ts';
import type {
  LatestRun,
  LatestRunsQuery,
  RunIdentity,
  StartRange,
} from '../../src/domain/ports.ts';
import type { WriteOutcome } from '../../src/domain/receipt.ts';

const WINDOW_US = 3_600_000_000;

export class FragmentStore {
  reads = 0;
  writes = 0;
  questions: LatestRunsQuery[] = [];
  /** Says of every record that a newer one is there. */
  refusesWrites = false;
  /** Records of more runs are too big to be read at once. */
  runsReadMax = Number.POSITIVE_INFINITY;
  readonly #byRun = new Map<string, Invocation[]>();
  #gate: Promise<void> = Promise.resolve();
  #writeError: unknown;
  #readError: unknown;
  #beforeWrite = () => {};

  get records(): readonly Invocation[] {
    return [...this.#byRun.values()].flat();
  }

  /** @returns lets go the writes that wait from now on */
  hold(): () => void {
    let letGo = () => {};
    this.#gate = new Promise((resolve) => {
      letGo = resolve;
    });
    return letGo;
  }

  failNext(error: unknown): void {
    this.#writeError = error;
  }

  failNextRead(error: unknown): void {
    this.#readError = error;
  }

  beforeNextWrite(work: () => void): void {
    this.#beforeWrite = work;
  }

  /** As the store's writer does. */
  put(record: Invocation): WriteOutcome {
    const key = identityKey(record);
    const same = this.#byRun.get(key) ?? [];
    this.#byRun.set(key, same);
    const at = same.findIndex((old) => Math.abs(old.startTimeUs - record.startTimeUs) <= WINDOW_US);
    const old = same[at];
    if (old === undefined) {
      same.push(record);
      return 'accepted';
    }
    if (old.invokeFinished && !record.invokeFinished) {
      return 'duplicate';
    }
    same[at] = record;
    return 'replaced';
  }

  async append(records: readonly Invocation[]): Promise<readonly WriteOutcome[]> {
    this.writes += 1;
    this.#beforeWrite();
    this.#beforeWrite = () => {};
    await this.#gate;
    const error = this.#writeError;
    this.#writeError = undefined;
    if (error !== undefined) {
      throw error;
    }
    return records.map((record) => (this.refusesWrites ? 'duplicate' : this.put(record)));
  }

  async recordsToJoin(
    runs: readonly RunIdentity[],
    { sinceUs, untilUs }: StartRange,
  ): Promise<readonly Invocation[]> {
    this.reads += 1;
    const error = this.#readError;
    this.#readError = undefined;
    if (error !== undefined) {
      throw error;
    }
    if (runs.length > this.runsReadMax) {
      throw new AppError('page_too_large', 'ask for fewer runs');
    }
    return runs
      .flatMap((run) => this.#byRun.get(identityKey(run)) ?? [])
      .filter(({ startTimeUs }) => startTimeUs >= sinceUs && startTimeUs <= untilUs);
  }

  async latestRuns(query: LatestRunsQuery): Promise<readonly LatestRun[]> {
    this.questions.push(query);
    const { namespace, functionName, untilUs, limit } = query;
    return this.records
      .filter((one) => one.namespace === namespace && one.functionName === functionName)
      .filter(({ startTimeUs }) => startTimeUs <= untilUs)
      .sort((a, b) => b.startTimeUs - a.startTimeUs)
      .slice(0, limit)
      .map(({ requestId, retryNum, startTimeUs, extra }) => {
        const stream = extra['logStream'];
        return {
          requestId,
          retryNum,
          startTimeUs,
          stream: typeof stream === 'string' ? stream : '',
        };
      });
  }
}
