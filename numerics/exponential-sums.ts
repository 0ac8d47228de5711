import type { KernelSumOptions } from './algebra.js';
import { plainColumnMeans } from './column-means.js';
import { exponentialSeries, ownExponentialSeries, type SeriesKernel } from './exponential-series.js';
import type { CrossKernelSums } from './kernel-sums.js';
import { latestMemoized } from './memoized.js';
import {
  crossPairSums,
  exponentialGraph,
  gaussianGraph,
  ownPairSums,
  type WeightedRows,
} from './pair-blocks.js';
import { squaredNorms } from './products.js';
import type { Rows } from './rows.js';
import { completedSums, largestExponent, type SplitKernel, splitKernel } from './split-kernel.js';

/** Up to this largest |t| the kernel is split into a·b·eᵗ: eᵗ is then so near to 1 that sums of eᵗ − 1 keep their digits. */
const LARGEST_SPLIT = 1;

type Sigma = { readonly sigma: number };

/**
 * Sums of exp(−‖x − y‖²/2σ²) − 1 over all pairs of two sets.
 *
 * @agreesWith `crossKernelSums`: CMMD by float32 products to 1e-9 (test/numerics/series-sums.test.ts)
 */
export async function exponentialSums(
  first: Rows,
  second: Rows,
  { sigma }: Sigma,
  options: KernelSumOptions,
): Promise<CrossKernelSums> {
  const series = seriesKernel(first, sigma, options);
  const close = series === null ? null : await exponentialSeries(first, second, series);
  if (close !== null) return close;
  const [x, y] = [sideOf(first, sigma), sideOf(second, sigma)];
  const scale = 1 / (sigma * sigma);
  if (largestExponent(x, y, scale) > LARGEST_SPLIT) {
    return crossPairSums(gaussianGraph(), lifted(x, scale, 'first'), lifted(y, scale, 'second'));
  }
  const { rowSums, columnSums } = await crossPairSums(exponentialGraph(scale), x, y);
  return { rowSums: completedSums(x, y, rowSums), columnSums: completedSums(y, x, columnSums) };
}

/** The same over one set: for each vector over all of them. */
export async function ownExponentialSums(
  vectors: Rows,
  { sigma }: Sigma,
  options: KernelSumOptions,
): Promise<Float64Array> {
  const series = seriesKernel(vectors, sigma, options);
  const close = series === null ? null : await ownExponentialSeries(vectors, series);
  if (close !== null) return close;
  const x = sideOf(vectors, sigma);
  const scale = 1 / (sigma * sigma);
  if (largestExponent(x, x, scale) > LARGEST_SPLIT) {
    const both = [lifted(x, scale, 'first'), lifted(x, scale, 'second')] as const;
    return (await crossPairSums(gaussianGraph(), ...both)).rowSums;
  }
  return completedSums(x, x, await ownPairSums(exponentialGraph(scale), x));
}

function seriesKernel(
  vectors: Rows,
  sigma: number,
  { accuracy = 'rows', origin }: KernelSumOptions,
): SeriesKernel | null {
  if (accuracy === 'rows') return null;
  return { sigma, accuracy, origin: origin ?? plainColumnMeans(vectors) };
}

/** One set with what splits the kernel. */
interface Side extends SplitKernel {
  readonly vectors: Rows;
  readonly norms: Float64Array;
}

/** Kept with the vectors, since a set is compared with itself and with the other. */
const sideOf = latestMemoized((vectors: Rows, sigma: number): Side => {
  const norms = squaredNorms(vectors);
  return { ...splitKernel(norms, sigma), vectors, norms };
});

/** Vectors with two columns more, so that their inner product is −‖x − y‖²/2σ². */
function lifted({ vectors, norms }: Side, scale: number, side: 'first' | 'second'): WeightedRows {
  const { n, d } = vectors;
  const data = new Float64Array(n * (d + 2));
  for (let i = 0; i < n; i++) {
    const to = i * (d + 2);
    for (let j = 0; j < d; j++) data[to + j] = vectors.data[i * d + j]! * (side === 'first' ? scale : 1);
    const half = (-norms[i]! * scale) / 2;
    data[to + d] = side === 'first' ? half : 1;
    data[to + d + 1] = side === 'first' ? 1 : half;
  }
  return { vectors: { n, d: d + 2, data }, weights: new Float64Array(n).fill(1) };
}
