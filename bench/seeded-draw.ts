// Random numbers that come out the same every time, so that two runs measure the same records.

/** A number in [0, 1). */
export type Draw = () => number;

/**
 * Mulberry32: enough for workloads, not for secrets.
 *
 * @param seed a 32-bit whole number
 */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draws from a distribution that is known by some of its quantiles, straight lines between them.
 *
 * @param quantiles (quantile, value) pairs, quantiles rising from 0 to 1
 */
export function drawFrom(quantiles: readonly (readonly [number, number])[], draw: Draw): number {
  const at = draw();
  let [lowQuantile, lowValue] = quantiles[0] ?? [0, 0];
  for (const [quantile, value] of quantiles) {
    if (at <= quantile) {
      const width = quantile - lowQuantile;
      return width === 0 ? value : lowValue + ((value - lowValue) * (at - lowQuantile)) / width;
    }
    [lowQuantile, lowValue] = [quantile, value];
  }
  return lowValue;
}
