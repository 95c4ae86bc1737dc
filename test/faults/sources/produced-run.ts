// A run as its source produced it, and whether the store holds just that.

/** What the native API has to show of a run in the end. */
export interface ProducedRun {
  readonly functionName: string;
  readonly requestId: string;
  /** Every field, but for those that the server makes up itself. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Stands for a value that the source does not know to the last digit. */
export class Within {
  readonly #from: number | string;
  readonly #to: number | string;
  readonly #mayBeMissing: boolean;

  /** @param from numbers, or texts that sort like what they say; both ends count */
  constructor(from: number | string, to: number | string, mayBeMissing = false) {
    this.#from = from;
    this.#to = to;
    this.#mayBeMissing = mayBeMissing;
  }

  holds(value: unknown): boolean {
    if (value === undefined) {
      return this.#mayBeMissing;
    }
    return (
      (typeof value === 'number' || typeof value === 'string') &&
      typeof value === typeof this.#from &&
      value >= this.#from &&
      value <= this.#to
    );
  }

  toString(): string {
    return `from ${this.#from} to ${this.#to}`;
  }
}

/** Of runs that have not finished; they follow the clock of the server. */
const MADE_BY_THE_SERVER: ReadonlySet<string> = new Set(['runStatus', 'lastHeard']);

/** @returns which field is not as it was produced, with both values; undefined where all are */
export function differenceFrom(
  { requestId, record }: ProducedRun,
  found: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  if (found === undefined) {
    return `${requestId} is not there; produced was ${JSON.stringify(record)}`;
  }
  const names = new Set([...Object.keys(record), ...Object.keys(found)]);
  for (const name of names) {
    if (!MADE_BY_THE_SERVER.has(name) && !isEqual(found[name], record[name])) {
      return `${requestId} has ${name} ${shown(found[name])}, produced was ${shown(record[name])}`;
    }
  }
  return undefined;
}

function isEqual(found: unknown, produced: unknown): boolean {
  return produced instanceof Within
    ? produced.holds(found)
    : JSON.stringify(found) === JSON.stringify(produced);
}

function shown(value: unknown): string {
  return value instanceof Within ? String(value) : String(JSON.stringify(value));
}
