// The values at some places among a hundred thousand or so: all are unpacked, counted by steps of their
// size, and only those of the steps that the places lie on are sorted.

/** The exponent of a number and its first bits after that: steps of less than half a percent. */
const BITS_OF_STEP = 8;
const BITS_ABOVE = 20 - BITS_OF_STEP;
/** Of 1. Before it there is 0 alone. */
const STEP_OF_ONE = 1_023 << BITS_OF_STEP;
/** Up to 2^53. */
const STEPS = (54 << BITS_OF_STEP) + 1;

/**
 * @param values whole, not negative
 * @param places counted from 0, each below the number of values
 * @returns the value at each place when they are sorted
 */
export function valuesBySteps(values: Float64Array, places: readonly number[]): number[] {
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const counts = new Uint32Array(STEPS);
  for (let index = 0; index < values.length; index++) {
    const step = stepAt(halves, index);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  const sought = places.map((place) => findStep(counts, place));
  const isSought = new Uint8Array(STEPS);
  const ofStep = new Map<number, Float64Array>();
  for (const { step } of sought) {
    isSought[step] = 1;
    ofStep.set(step, new Float64Array(counts[step] ?? 0));
  }
  for (let index = 0; index < values.length; index++) {
    const step = stepAt(halves, index);
    if (isSought[step] === 1) {
      const left = (counts[step] ?? 0) - 1;
      counts[step] = left;
      (ofStep.get(step) as Float64Array)[left] = values[index] ?? 0;
    }
  }
  for (const some of ofStep.values()) {
    some.sort();
  }
  return sought.map(
    ({ step, before }, index) => ofStep.get(step)?.[(places[index] ?? 0) - before] ?? Number.NaN,
  );
}

/** @param halves of all values, the upper one second; no smaller than that of any smaller value */
function stepAt(halves: Uint32Array, index: number): number {
  return Math.max(0, ((halves[2 * index + 1] ?? 0) >>> BITS_ABOVE) - STEP_OF_ONE + 1);
}

/** @returns the step that a place lies on, and how many values lie on the steps before it */
function findStep(counts: Uint32Array, place: number): { step: number; before: number } {
  let [before, step] = [0, 0];
  while (step < counts.length && before + (counts[step] ?? 0) <= place) {
    before += counts[step] ?? 0;
    step += 1;
  }
  return { step, before };
}
