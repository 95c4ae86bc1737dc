// npm run soak:paging: every order in pages of 10,000, 1,000, 100 and 7, both ways, and in pages of
// 1, one way each. Takes an hour on two cores; prints a table and ends with 1 at the first wrong page.
// `npm run soak:paging -- 7 1` walks in pages of these sizes alone.

import { orderDirections, orderFields } from '../../src/domain/invocation-query.ts';
import { MATCHES, openPagingRoom } from './page-through.ts';

const given = process.argv.slice(2).map(Number);
const limits = given.length > 0 ? given : [10_000, 1_000, 100, 7, 1];

const room = await openPagingRoom();
try {
  process.stdout.write('| pages of | requests | rows of each walk | seconds |\n');
  process.stdout.write('|---|---|---|---|\n');
  for (const limit of limits) {
    const begin = performance.now();
    let requests = 0;
    for (const [at, orderBy] of orderFields.entries()) {
      const oneWay = orderDirections.filter((_, way) => way === at % 2);
      for (const order of limit === 1 ? oneWay : orderDirections) {
        const { pages, rows } = await room.walk({ orderBy, order, limit });
        if (rows !== MATCHES) {
          throw new Error(`${orderBy} ${order} in pages of ${limit}: ${rows} rows`);
        }
        requests += pages;
        process.stderr.write(`pages of ${limit} by ${orderBy}, ${order}: right\n`);
      }
    }
    const seconds = Math.round((performance.now() - begin) / 1000);
    process.stdout.write(`| ${limit} | ${requests} | ${MATCHES} | ${seconds} |\n`);
  }
  const { count, perSecond } = room.arrivals();
  process.stdout.write(`${count} newer records came in meanwhile, ${perSecond} a second\n`);
} finally {
  await room.remove();
}
