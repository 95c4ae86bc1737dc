// Where a page ended, as a text that the caller hands back for the next one. It says which question
// it belongs to, so that it cannot go astray; what the caller may read is checked anew every time.

import { createHash } from 'node:crypto';
import { AppError, shownValue } from '../../domain/errors.ts';
import {
  type InvocationQuery,
  type OrderDirection,
  type OrderField,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { hasTextKeys, type PagePosition } from '../../domain/page-position.ts';

const VERSION = 1;
const CURSOR_CHARS_MAX = 4_000;
const DIGEST_CHARS = 16;
const ENCODED = /^[A-Za-z0-9_-]+$/;

interface Cursor {
  readonly asOf: number;
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly after: PagePosition;
  readonly digest: string;
}

/** What of a question a cursor carries on with. */
type Continued = Pick<InvocationQuery, 'asOf' | 'orderBy' | 'order' | 'after' | 'offset'>;

/**
 * @param query the question of the page
 * @param asOf the mark that the page is about
 * @param after the place of its last row
 */
export function encodeCursor(query: InvocationQuery, asOf: number, after: PagePosition): string {
  const { orderBy, order } = query;
  const { key, startTimeUs, seq } = after;
  const parts = [VERSION, asOf, orderBy, order, key, startTimeUs, seq, digestOf(query)];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * Carries a question on where a page of it ended.
 *
 * @param given what the caller said beside the cursor
 * @param query the same with its defaults
 * @throws AppError invalid_parameter: no cursor of ours, one of another question or mark, or one
 *   beside an offset
 */
export function continueFrom(
  text: string,
  given: Partial<InvocationQuery>,
  query: InvocationQuery,
): InvocationQuery {
  const { asOf, orderBy, order, after, digest } = decodeCursor(text);
  const continued: Continued = { asOf, orderBy, order, after, offset: 0 };
  for (const name of ['asOf', 'orderBy', 'order', 'offset'] as const) {
    if (given[name] !== undefined && given[name] !== continued[name]) {
      throw refusal(
        text,
        `beside it, ${name} has to be left out, or ${String(continued[name])} as the cursor has it`,
      );
    }
  }
  const whole = { ...query, ...continued };
  if (digestOf(whole) !== digest) {
    throw refusal(text, 'it belongs to a question with other filters; begin again without it');
  }
  return whole;
}

function decodeCursor(text: string): Cursor {
  const parts = text.length <= CURSOR_CHARS_MAX && ENCODED.test(text) ? parsed(text) : [];
  const [version, asOf, by, direction, key, startTimeUs, seq, digest] = parts;
  const orderBy = orderFields.find((one) => one === by);
  const order = orderDirections.find((one) => one === direction);
  if (
    version !== VERSION ||
    parts.length !== 8 ||
    orderBy === undefined ||
    order === undefined ||
    !isCount(asOf) ||
    !isCount(startTimeUs) ||
    !isCount(seq) ||
    typeof digest !== 'string' ||
    !(hasTextKeys(orderBy) ? typeof key === 'string' : isCount(key))
  ) {
    throw refusal(text, 'it takes the nextCursor of a page, as it is');
  }
  const after = { key: key as number | string, startTimeUs, seq };
  return { asOf, orderBy, order, after, digest };
}

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Of everything that says which records match. */
function digestOf(query: InvocationQuery): string {
  const { asOf, orderBy, order, limit, offset, after, ...filter } = query;
  const pairs = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(pairs)).digest('hex').slice(0, DIGEST_CHARS);
}

function refusal(text: string, accepted: string): AppError {
  return new AppError('invalid_parameter', `cursor is ${shownValue(text)}: ${accepted}`, {
    details: { parameter: 'cursor' },
  });
}
