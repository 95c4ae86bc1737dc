// The columns and indexes of a peer's table: those of the wire's record, and what the questions to
// fnlog need, the five orders within a namespace and within a function among them.

export interface PeerColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** As SQL; NOT NULL where there is one. */
  readonly default?: string;
}

export type ColumnType = 'text' | 'time' | 'real' | 'whole';

export const peerColumns: readonly PeerColumn[] = [
  { name: 'namespace', type: 'text', default: "'default'" },
  { name: 'functionName', type: 'text' },
  { name: 'qualifier', type: 'text', default: "'$LATEST'" },
  { name: 'requestId', type: 'text' },
  { name: 'retryNum', type: 'whole', default: '0' },
  { name: 'startTime', type: 'time' },
  { name: 'duration', type: 'real' },
  { name: 'billDuration', type: 'whole', default: '0' },
  { name: 'memUsage', type: 'whole' },
  { name: 'memoryLimit', type: 'whole', default: '0' },
  { name: 'initDuration', type: 'real', default: 'NULL' },
  { name: 'retCode', type: 'whole' },
  { name: 'statusCode', type: 'whole', default: '0' },
  { name: 'invokeFinished', type: 'whole', default: '1' },
  { name: 'retMsg', type: 'text' },
  { name: 'log', type: 'text' },
  { name: 'logCutBytes', type: 'whole', default: '0' },
  { name: 'traceId', type: 'text', default: "''" },
  { name: 'source', type: 'text', default: "''" },
  { name: 'extra', type: 'text', default: "''" },
];

/** What the workload's records say, in the order of the columns. */
export const givenColumns = peerColumns.filter((column) => column.default === undefined);

export type WireRecord = Readonly<Record<string, string | number>>;

/** Makes a sent record known: a batch that holds it again puts it in once. */
const IDENTITY = ['namespace', 'functionName', 'requestId', 'retryNum'];

const ORDERS = [
  ['namespace', 'startTime'],
  ['namespace', 'requestId'],
  ['namespace', 'duration', 'startTime'],
  ['namespace', 'memUsage', 'startTime'],
  ['namespace', 'functionName', 'startTime'],
  ['namespace', 'functionName', 'duration', 'startTime'],
  ['namespace', 'functionName', 'memUsage', 'startTime'],
];

/** @param types the peer's names of the types */
export function createTable(types: Readonly<Record<ColumnType, string>>): string {
  const columns = peerColumns.map(({ name, type, default: value }) => {
    const rule = value === 'NULL' ? '' : ' NOT NULL';
    return `"${name}" ${types[type]}${rule}${value === undefined ? '' : ` DEFAULT ${value}`}`;
  });
  return `CREATE TABLE invocations (${columns.join(', ')})`;
}

export function createIdentityIndex(): string {
  return `CREATE UNIQUE INDEX identity ON invocations (${quoted(IDENTITY)})`;
}

/** One statement each. In a function requests are in the order of the identity already. */
export function createOrderIndexes(): string[] {
  return ORDERS.map(
    (columns) =>
      `CREATE INDEX "by_${columns.slice(1).join('_')}" ON invocations (${quoted(columns)})`,
  );
}

/** "functionName", "requestId" … */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** @param body NDJSON, each line with its end */
export function parseBody(body: Buffer): WireRecord[] {
  return body
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WireRecord);
}

/** @param body NDJSON, each line with its end; within a record a line end is escaped */
export function jsonArrayOf(body: Buffer): string {
  return `[${body.toString().trimEnd().replaceAll('\n', ',')}]`;
}
