// Slices of time, by which runs are kept in memory.

/** The length of a slice, which begins at a multiple of it since 1970. */
export const SLICE_US = 900_000_000;

/** Whether steps of this length are made of whole slices. */
export function isOfSlices(stepSeconds: number): boolean {
  return (stepSeconds * 1_000_000) % SLICE_US === 0;
}

/**
 * @param stepSeconds made of whole slices
 * @returns when the step begins that a slice is part of, in microseconds since 1970
 */
export function stepOf(slice: number, stepSeconds: number): number {
  const stepUs = stepSeconds * 1_000_000;
  return Math.floor((slice * SLICE_US) / stepUs) * stepUs;
}
