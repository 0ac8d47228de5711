import { fastApproximateProducts } from './fast-products.js';
import { FLOAT32_SCATTER_ERROR, fastScatter, float32Scatter } from './fast-scatter.js';
import { int8BoundHolds } from './int8-bound.js';
import type { CrossKernelSums } from './kernel-sums.js';
import { compensatedSum } from './mean-and-variance.js';
import { latestMemoized } from './memoized.js';
import type { QuantizedRows } from './quantized-rows.js';
import { quantizedRows } from './quantized-rows.js';
import type { Rows } from './rows.js';
import type { SeriesProducts, SeriesSide } from './series-sums.js';
import { ownSeriesSums, seriesSums } from './series-sums.js';
import {
  completedSums,
  largestExponent,
  offInRounded,
  reducedFactor,
  type SplitKernel,
  seriesBound,
  splitKernel,
} from './split-kernel.js';

// exp(−‖x − y‖²/2σ²) = a·b·eᵗ, t = xᵀy/σ², for x and y from any origin. For CMMD |t| ≤ 0.01: the sums of t and t²/2 follow from moments,
// and what is left, below 2e-7, needs few digits: products in float32, or in bytes.

export interface SeriesKernel {
  readonly sigma: number;
  /** (d): a point amid the vectors; the nearer, the shorter the series */
  readonly origin: Float64Array;
  /** `rounded` takes products of bytes where they will do, `mean` float32 ones */
  readonly accuracy: 'mean' | 'rounded';
}

/** What the mean over all pairs may be off by where the series is summed from these products. */
const LARGEST_ERROR = { float32: 2.5e-13, int8: 2.5e-10 } as const;
/** Beyond, the series needs more terms than there are. */
const LARGEST_EXPONENT = 0.05;

/** Sums of exp(−‖x − y‖²/2σ²) − 1 over all pairs of two sets; null where the series has no small bound of error. */
export async function exponentialSeries(
  first: Rows,
  second: Rows,
  kernel: SeriesKernel,
): Promise<CrossKernelSums | null> {
  const { sigma, origin } = kernel;
  const [x, y] = [sideOf(first, sigma, origin), sideOf(second, sigma, origin)];
  const found = await closeSeries(x, y, kernel);
  if (found === null) return null;
  const { products, squares } = found;
  const scale = sigma ** -2;
  const sums = await seriesSums(seriesSide(x, products), seriesSide(y, products), scale);
  const tail = squares / 2 + sums.tail;
  return {
    rowSums: completedSums(x, y, seriesRows(sums.rowSums, x, y, scale, tail)),
    columnSums: completedSums(y, x, seriesRows(sums.columnSums, y, x, scale, tail)),
  };
}

/** The same over one set: for each vector over all of them. */
export async function ownExponentialSeries(
  vectors: Rows,
  kernel: SeriesKernel,
): Promise<Float64Array | null> {
  const x = sideOf(vectors, kernel.sigma, kernel.origin);
  const found = await closeSeries(x, x, kernel);
  if (found === null) return null;
  const scale = kernel.sigma ** -2;
  const sums = await ownSeriesSums(seriesSide(x, found.products), scale);
  return completedSums(x, x, seriesRows(sums.rowSums, x, x, scale, found.squares / 2 + sums.tail));
}

/** One set, seen from the origin. */
interface Side extends SplitKernel {
  readonly origin: Float64Array;
  readonly source: Rows;
  /** (n, d): what only tails and rows are summed from; totals come from float64 */
  readonly vectors: Rows & { readonly data: Float32Array };
  /** (d): Σ a·x */
  readonly sum: Float64Array;
  /** Σ a */
  readonly total: number;
  /** made when first needed, as all that follows */
  readonly squares: Partial<Record<SeriesProducts, Promise<Float64Array>>>;
  bytes?: QuantizedRows;
  /** bytes were too coarse for it once: other comparisons of it do not try them again */
  tooCoarse?: boolean;
}

/** Kept with the vectors, since a set is compared with itself and with the other. */
const sideOf = latestMemoized((vectors: Rows, sigma: number, origin: Float64Array): Side => {
  const { n, d } = vectors;
  const data = new Float32Array(n * d);
  const norms = new Float64Array(n);
  const sum = new Float64Array(d);
  const away = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    let norm = 0;
    for (let j = 0; j < d; j++) {
      const value = vectors.data[from + j]! - origin[j]!;
      away[j] = value;
      data[from + j] = value;
      norm += value * value;
    }
    norms[i] = norm;
    const weight = 1 + reducedFactor(norm, sigma);
    for (let j = 0; j < d; j++) sum[j]! += weight * away[j]!;
  }
  const split = splitKernel(norms, sigma);
  return {
    ...split,
    origin,
    source: vectors,
    vectors: { n, d, data },
    sum,
    total: compensatedSum(split.weights),
    squares: {},
  };
});

function bytesOf(side: Side): QuantizedRows {
  side.bytes ??= quantizedRows(side.vectors.data, side.vectors);
  return side.bytes;
}

function seriesSide(side: Side, products: SeriesProducts): SeriesSide {
  const { weights, vectors } = side;
  if (products === 'int8') return { weights, vectors: { products, bytes: bytesOf(side) } };
  return { weights, vectors: { products, d: vectors.d, data: vectors.data } };
}

/** The cheapest products by which the series is close enough, if any, and Σᵢⱼ aᵢ·bⱼ·t² of fitting accuracy. */
async function closeSeries(
  x: Side,
  y: Side,
  { sigma, accuracy }: SeriesKernel,
): Promise<{ readonly products: SeriesProducts; readonly squares: number } | null> {
  const scale = sigma ** -2;
  if (largestExponent(x, y, scale) > LARGEST_EXPONENT) return null;
  const tried: readonly SeriesProducts[] = triesBytes(x, y, scale, accuracy)
    ? ['int8', 'float32']
    : ['float32'];
  for (const products of tried) {
    const squares = await squaresTotal(x, y, scale, products);
    if ((await seriesError(x, y, scale, squares, products)) <= LARGEST_ERROR[products]) {
      return { products, squares };
    }
    if (products === 'int8') x.tooCoarse = y.tooCoarse = true;
  }
  return null;
}

/** Whether int8 products are worth trying: not where their bound already failed, or is estimated to fail. */
function triesBytes(x: Side, y: Side, scale: number, accuracy: SeriesKernel['accuracy']): boolean {
  if (accuracy === 'mean' || x.tooCoarse || y.tooCoarse) return false;
  if (int8BoundHolds(x, y, scale, LARGEST_ERROR.int8)) return true;
  x.tooCoarse = y.tooCoarse = true;
  return false;
}

/** What the mean of a·b·eᵗ may be off by where the series' tail is summed from such products; beside bytes the sum of t² is in float32. */
async function seriesError(
  x: Side,
  y: Side,
  scale: number,
  squares: number,
  products: SeriesProducts,
): Promise<number> {
  const largest = largestExponent(x, y, scale);
  const pairs = x.total * y.total;
  const square = Math.max(0, squares) / pairs;
  const off =
    products === 'int8'
      ? scale * offInBytes(x, y)
      : largest * fastApproximateProducts.relativeError(x.vectors.d);
  const bound = seriesBound({ square, off, largest, products });
  if (products === 'float32') return bound;
  const own = (await squaresTotal(x, x, scale, products)) * (await squaresTotal(y, y, scale, products));
  return bound + (FLOAT32_SCATTER_ERROR * Math.sqrt(own)) / (2 * pairs);
}

/** The most that a product of two vectors may differ from that of their bytes. */
function offInBytes(x: Side, y: Side): number {
  const { rowError } = bytesOf(x);
  const { columnError } = bytesOf(y);
  return offInRounded(x, y, { rowError, columnError });
}

/** Σᵢⱼ aᵢ·bⱼ·t²: the sum over the entries of Σᵢ aᵢ·xᵢxᵢᵀ times those of Σⱼ bⱼ·yⱼyⱼᵀ. */
async function squaresTotal(x: Side, y: Side, scale: number, products: SeriesProducts): Promise<number> {
  const [first, second] = [await squaresOf(x, products), await squaresOf(y, products)];
  const { d } = x.vectors;
  const rowSums = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let at = i * d; at < (i + 1) * d; at++) sum += first[at]! * second[at]!;
    rowSums[i] = sum;
  }
  return scale * scale * compensatedSum(rowSums);
}

/** (d, d): Σ a·x·xᵀ = Σ a·(x − m)(x − m)ᵀ + A·m·mᵀ with the mean m and A = Σ a; in float32 beside bytes, else in float64. */
function squaresOf(side: Side, products: SeriesProducts): Promise<Float64Array> {
  side.squares[products] ??= weightedSquares(side, products);
  return side.squares[products];
}

async function weightedSquares(side: Side, products: SeriesProducts): Promise<Float64Array> {
  const { source, vectors, weights, origin, sum, total } = side;
  const mean = sum.map((value) => value / total);
  const center = mean.map((value, j) => origin[j]! + value);
  const squares = await (products === 'int8'
    ? float32Scatter(vectors, mean, weights)
    : fastScatter(source, center, weights));
  for (let i = 0, at = 0; i < mean.length; i++) {
    for (let j = 0; j < mean.length; j++, at++) squares[at]! += sum[i]! * mean[j]!;
  }
  return squares;
}

/** Σⱼ bⱼ·t for each row, added to its sum of the rest of the series; what their weighted total lacks is spread over them. */
function seriesRows(rest: Float64Array, of: Side, { sum }: Side, scale: number, tail: number): Float64Array {
  const { n, d, data } = of.vectors;
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    let product = 0;
    for (let j = 0; j < d; j++) product += data[from + j]! * sum[j]!;
    sums[i] = rest[i]! + scale * product;
  }
  const total = scale * compensatedSum(of.sum.map((value, j) => value * sum[j]!)) + tail;
  const missing = total - compensatedSum(sums.map((value, i) => of.weights[i]! * value));
  return sums.map((value) => value + missing / of.total);
}
