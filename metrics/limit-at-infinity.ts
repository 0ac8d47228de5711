import { SampleSizeError } from '../errors.js';
import { leastSquaresLine } from '../numerics/least-squares-line.js';
import { numpyRandomState } from '../numerics/numpy-random-state.js';

/** How many sample sizes the line goes through. */
export const LIMIT_SIZES = 15;

/** The smallest size is this, or a tenth of the set where that is less. */
const USUAL_SMALLEST = 5000;

/** The asymptotic value, n → ∞, and the line that it is extrapolated from. */
export interface LimitAtInfinity {
  /** intercept of the line through (1/N, value at N) */
  readonly value: number;
  /** of the value in 1/N: the bias is about slope/N */
  readonly slope: number;
  readonly sizes: readonly number[];
  /** value at each size */
  readonly values: readonly number[];
}

/**
 * 15 sample sizes evenly from min(5000, max(⌊n/10⌋, 2)) to n, cut to whole numbers as numpy's linspace and astype do.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than 16 images, whose sizes would repeat
 */
export function limitSizes(n: number, where: string): readonly number[] {
  if (n < LIMIT_SIZES + 1) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where,
      expected: `${LIMIT_SIZES} sample sizes need at least ${LIMIT_SIZES + 1} images`,
      received: String(n),
      help: `Supply ${LIMIT_SIZES + 1 - n} more.`,
      n,
      needed: LIMIT_SIZES + 1,
    });
  }
  const smallest = Math.min(USUAL_SMALLEST, Math.max(Math.floor(n / 10), 2));
  const step = (n - smallest) / (LIMIT_SIZES - 1);
  return Array.from({ length: LIMIT_SIZES }, (_, i) =>
    i === LIMIT_SIZES - 1 ? n : Math.floor(i * step + smallest),
  );
}

/**
 * A biased metric extrapolated to n → ∞: the intercept of the least squares line through its values at 15 sample
 * sizes against 1/N. Each size is a draw without replacement of numpy's RandomState(seed), one after the other.
 *
 * @param options  number of images, seed, and indices left out: the rest are drawn in the order they would have been
 * @param evaluate  the metric of the images at the given indices
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than 16 images
 * @source Chong & Forsyth 2020, arXiv:1911.07023, section 3
 * @agreesWith dgm-eval's protocol, whose draws are not seeded (test/reference/infinity.json)
 */
export async function limitAtInfinity(
  {
    n,
    seed,
    where,
    excluded = new Uint32Array(0),
  }: { readonly n: number; readonly seed: number; readonly where: string; readonly excluded?: Uint32Array },
  evaluate: (indices: Uint32Array) => Promise<number>,
): Promise<LimitAtInfinity> {
  const sizes = limitSizes(n - excluded.length, where);
  const random = numpyRandomState(seed);
  const isExcluded = new Uint8Array(n);
  for (const index of excluded) isExcluded[index] = 1;
  const values: number[] = [];
  for (const size of sizes) {
    // choice(n, size) is the start of this permutation
    const order = random.permutation(n).filter((index) => isExcluded[index] === 0);
    values.push(await evaluate(order.subarray(0, size)));
  }
  const { intercept, slope } = leastSquaresLine(
    sizes.map((size) => 1 / size),
    values,
  );
  return { value: intercept, slope, sizes, values };
}
