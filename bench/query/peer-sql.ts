// Questions as SQL for the other systems.

import type { OrderField } from '../../src/domain/invocation-query.ts';
import type { PeerName, PeerQuestion } from '../peers/peer.ts';
import { givenColumns, quoted } from '../peers/peer-columns.ts';
import type { ModelQuestion, WorkloadModel } from './workload-model.ts';

const orders: Readonly<Record<OrderField, readonly string[]>> = {
  startTime: ['startTime'],
  functionName: ['functionName', 'startTime'],
  requestId: ['requestId', 'startTime'],
  duration: ['duration', 'startTime'],
  memUsage: ['memUsage', 'startTime'],
};

/** The request id first, then everything that a page shows. */
const COLUMNS = quoted(['requestId', ...givenColumns.map(({ name }) => name)]);

export function peerQuestion(
  peer: PeerName,
  { filter, orderBy, order, offset, limit }: ModelQuestion,
  model: WorkloadModel,
): PeerQuestion {
  const { fn, failed, sinceUs, untilUs, requestId } = filter;
  const where = [
    `"namespace" = 'default'`,
    ...(fn === undefined ? [] : [`"functionName" = '${model.names[fn]}'`]),
    ...(failed === undefined ? [] : ['"retCode" NOT IN (0, 2)']),
    ...(requestId === undefined ? [] : [`"requestId" = '${requestId}'`]),
    ...(sinceUs === undefined ? [] : [`"startTime" >= ${timeOf(peer, sinceUs)}`]),
    ...(untilUs === undefined ? [] : [`"startTime" < ${timeOf(peer, untilUs)}`]),
  ].join(' AND ');
  const sorted = orders[orderBy].map((column) => `"${column}" ${order}`).join(', ');
  return {
    countSql: `SELECT count(*) FROM invocations WHERE ${where}`,
    pageSql: `SELECT ${COLUMNS} FROM invocations WHERE ${where} ORDER BY ${sorted} LIMIT ${limit} OFFSET ${offset}`,
  };
}

function timeOf(peer: PeerName, us: number): string {
  const text = new Date(us / 1000).toISOString().replace('T', ' ').slice(0, 23);
  switch (peer) {
    case 'postgresql':
      return `'${text}+00'::timestamptz`;
    case 'duckdb':
      return `TIMESTAMP '${text}'`;
    case 'sqlite':
      return String(us);
    default:
      return peer satisfies never;
  }
}
