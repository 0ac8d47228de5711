/**
 * The power of two at or just below a magnitude: dividing by it rounds nothing.
 *
 * @returns 1 for a magnitude of 0
 * @example
 * binaryScale(12); // 8
 */
export function binaryScale(magnitude: number): number {
  return magnitude === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(magnitude))); // log2 of the largest rounds up
}
