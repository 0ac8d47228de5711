/** The sizes at which the two classical figures were drawn. */
const CLASSICAL_SIZES = [1000, 2000, 3000, 4000, 5000, 10000, 15000, 20000, 25000, 30000];
const LOG_SPACED = 8;
const SMALLEST = 50;

/**
 * Sample sizes for a pool of n images: eight spaced evenly in log n from 50 (or a tenth of a smaller pool), and of the
 * classical 1,000 to 30,000 those that fit; ascending, the last is n.
 */
export function defaultSizes(n: number): readonly number[] {
  const smallest = Math.max(2, Math.min(SMALLEST, Math.floor(n / 10)));
  const spaced = Array.from({ length: LOG_SPACED }, (_, i) =>
    Math.round(smallest * (n / smallest) ** (i / (LOG_SPACED - 1))),
  );
  const all = [...spaced, ...CLASSICAL_SIZES.filter((size) => size <= n)];
  return [...new Set(all)].sort((a, b) => a - b);
}
