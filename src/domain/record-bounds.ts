// What the fields of a record may hold, from whatever source it comes.

/** Of names and ids, in UTF-16 units; the least is one. */
export const NAME_CHARACTERS_MAX = 256;

/** A year: longer than any run, and far from where sums lose digits. */
export const DURATION_MS_MAX = 366 * 24 * 3600 * 1000;

/** Of codes and of retries; the least code is the same below zero. */
export const INT32_MAX = 2 ** 31 - 1;

/** Of unknown fields: far from where JSON.stringify runs out of stack, in a batch too. */
export const NESTING_MAX = 100;

/** @returns whether arrays and objects stand in one another over so many levels deep */
export function isDeeperThan(levels: number, value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member)))
  );
}
