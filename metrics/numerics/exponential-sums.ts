import type { KernelSumOptions } from './algebra.js';
import { compensatedSum } from './compensated-sum.js';
import type { CrossKernelSums } from './kernel-sums.js';
import { crossPairSums, ownPairSums, type WeightedRows } from './pair-blocks.js';
import { exponentialGraph, gaussianGraph } from './pair-graphs.js';
import { squaredNorms } from './products.js';
import { type QuantizedRows, quantizedRows } from './quantized-rows.js';
import { roughMoments, type WeightedMoments } from './rough-moments.js';
import type { Rows } from './rows.js';
import type { SeriesProducts } from './series-graph.js';
import { ownSeriesSums, type SeriesSide, seriesSums } from './series-sums.js';

// exp(−‖x − y‖²/2σ²) = a·b·eᵗ with a = exp(−‖x‖²/2σ²), b = exp(−‖y‖²/2σ²), t = xᵀy/σ². For CMMD |t| ≤ 0.01: the sums of t and t²/2
// follow from moments, and what is left, below 2e-7, needs few digits: products in float32, or in bytes.

/** Up to here eᵗ is near enough to 1 to be taken apart from a and b. */
const LARGEST_SPLIT = 1;
/** Half a unit in the last place of float32. */
const FLOAT32_ROUNDING = 2 ** -24;
/** Sums of t² in float32, whose roundings are of either sign, are this near: several times what is seen. */
const SQUARES_ERROR = 8 * FLOAT32_ROUNDING;

/** What the mean over all pairs may be off by where the series is summed from these products. */
const LARGEST_ERROR = { float32: 2.5e-13, int8: 2.5e-10 } as const;

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
  const [x, y] = [side(first, sigma), side(second, sigma)];
  const scale = 1 / (sigma * sigma);
  if (largestExponent(x, y, scale) > LARGEST_SPLIT) {
    return crossPairSums(gaussianGraph(), lifted(x, scale, 'first'), lifted(y, scale, 'second'));
  }
  const products = await seriesProducts(x, y, scale, options);
  if (products === null) {
    const { rowSums, columnSums } = await crossPairSums(exponentialGraph(scale), x, y);
    return { rowSums: completed(x, y, rowSums), columnSums: completed(y, x, columnSums) };
  }
  const sums = await seriesSums(seriesSide(x, products), seriesSide(y, products), scale);
  const total = (await squaresTotal(x, y, scale)) / 2 + sums.tail;
  const rowSums = added(withTotal(sums.rowSums, x, total), linearSums(x, y, scale));
  const columnSums = added(withTotal(sums.columnSums, y, total), linearSums(y, x, scale));
  return { rowSums: completed(x, y, rowSums), columnSums: completed(y, x, columnSums) };
}

/** The same over one set: for each vector over all of them. */
export async function ownExponentialSums(
  vectors: Rows,
  { sigma }: Sigma,
  options: KernelSumOptions,
): Promise<Float64Array> {
  const x = side(vectors, sigma);
  const scale = 1 / (sigma * sigma);
  if (largestExponent(x, x, scale) > LARGEST_SPLIT) {
    const both = [lifted(x, scale, 'first'), lifted(x, scale, 'second')] as const;
    return (await crossPairSums(gaussianGraph(), ...both)).rowSums;
  }
  const products = await seriesProducts(x, x, scale, options);
  if (products === null) return completed(x, x, await ownPairSums(exponentialGraph(scale), x));
  const sums = await ownSeriesSums(seriesSide(x, products), scale);
  const total = (await squaresTotal(x, x, scale)) / 2 + sums.tail;
  return completed(x, x, added(withTotal(sums.rowSums, x, total), linearSums(x, x, scale)));
}

/** One set with what splits the kernel: a − 1 of each vector, which keeps its digits. */
interface Side {
  readonly vectors: Rows;
  readonly sigma: number;
  readonly norms: Float64Array;
  readonly largestNorm: number;
  /** (n): exp(−‖x‖²/2σ²) − 1 */
  readonly reduced: Float64Array;
  /** (n): exp(−‖x‖²/2σ²) */
  readonly weights: Float64Array;
  /** made when first needed, as all that follows */
  moments?: Promise<WeightedMoments>;
  bytes?: QuantizedRows;
  floats?: Float32Array;
  /** (d): Σ a·x */
  sum?: Float64Array;
}

const knownSides = new WeakMap<Rows, Side>();

/** Kept with the vectors, since a set is compared with itself and with the other. */
function side(vectors: Rows, sigma: number): Side {
  const known = knownSides.get(vectors);
  if (known?.sigma === sigma) return known;
  const norms = squaredNorms(vectors);
  const reduced = norms.map((norm) => Math.expm1(-norm / (2 * sigma * sigma)));
  const made: Side = {
    vectors,
    sigma,
    norms,
    largestNorm: norms.reduce((most, norm) => Math.max(most, norm), 0),
    reduced,
    weights: reduced.map((value) => 1 + value),
  };
  knownSides.set(vectors, made);
  return made;
}

function largestExponent(x: Side, y: Side, scale: number): number {
  return Math.sqrt(x.largestNorm * y.largestNorm) * scale;
}

function bytesOf(side: Side): QuantizedRows {
  side.bytes ??= quantizedRows(side.vectors);
  return side.bytes;
}

function seriesSide(side: Side, products: SeriesProducts): SeriesSide {
  const { weights } = side;
  if (products === 'int8') return { weights, vectors: { products, bytes: bytesOf(side) } };
  side.floats ??= new Float32Array(side.vectors.data);
  return { weights, vectors: { products, d: side.vectors.d, data: side.floats } };
}

/** The cheapest products by which the series is close enough, if any. */
async function seriesProducts(
  x: Side,
  y: Side,
  scale: number,
  { accuracy = 'rows' }: KernelSumOptions,
): Promise<SeriesProducts | null> {
  if (accuracy === 'rows') return null;
  for (const products of accuracy === 'mean' ? (['float32'] as const) : (['int8', 'float32'] as const)) {
    if ((await seriesError(x, y, scale, products)) <= LARGEST_ERROR[products]) return products;
  }
  return null;
}

/**
 * What the mean of a·b·eᵗ may be off by where the series' tail is summed from such products: with δ the most that t may be off by,
 * |(t + δ)³ − t³|/6 ≤ δ/2·(t² + |t|δ + δ²/3), the mean of |t| is at most the root of that of t², and what is left out begins with
 * t⁴/24 for bytes, t⁵/120 for float32.
 */
async function seriesError(x: Side, y: Side, scale: number, products: SeriesProducts): Promise<number> {
  const largest = largestExponent(x, y, scale);
  const off = products === 'int8' ? scale * offInBytes(x, y) : largest * (x.vectors.d + 2) * FLOAT32_ROUNDING;
  const weights = compensatedSum(x.weights) * compensatedSum(y.weights);
  const square = Math.max(0, await squaresTotal(x, y, scale)) / weights;
  const leftOut = Math.exp(largest) * (products === 'int8' ? largest ** 2 / 24 : largest ** 3 / 120);
  return (
    (off / 2) * (square + Math.sqrt(square) * off + off ** 2 / 3) + square * (leftOut + SQUARES_ERROR / 2)
  );
}

/** The most that a product of two vectors may differ from that of their bytes. */
function offInBytes(x: Side, y: Side): number {
  const { rowError } = bytesOf(x);
  const { columnError } = bytesOf(y);
  return rowError * Math.sqrt(y.largestNorm) + (Math.sqrt(x.largestNorm) + rowError) * columnError;
}

/** Σᵢⱼ aᵢ·bⱼ·t²: the sum over the entries of Σᵢ aᵢ·xᵢxᵢᵀ times those of Σⱼ bⱼ·yⱼyⱼᵀ. */
async function squaresTotal(x: Side, y: Side, scale: number): Promise<number> {
  const [first, second] = [await momentsOf(x), await momentsOf(y)];
  const d = first.mean.length;
  const rowSums = first.mean.map((_, i) => {
    const [firstShare, secondShare] = [first.total * first.mean[i]!, second.total * second.mean[i]!];
    let row = 0;
    for (let j = 0, at = i * d; j < d; j++, at++) {
      row +=
        (first.scatter[at]! + firstShare * first.mean[j]!) *
        (second.scatter[at]! + secondShare * second.mean[j]!);
    }
    return row;
  });
  return scale * scale * compensatedSum(rowSums);
}

function momentsOf(side: Side): Promise<WeightedMoments> {
  side.moments ??= roughMoments(side.vectors, side.weights);
  return side.moments;
}

/** Row sums with what their weighted total lacks spread over them. */
function withTotal(sums: Float64Array, { weights }: Side, total: number): Float64Array {
  const missing = total - compensatedSum(sums.map((sum, i) => weights[i]! * sum));
  const share = missing / compensatedSum(weights);
  return sums.map((sum) => sum + share);
}

/** Σⱼ bⱼ·t for each row. */
function linearSums({ vectors }: Side, over: Side, scale: number): Float64Array {
  const { n, d, data } = vectors;
  const sum = sumOf(over);
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let product = 0;
    for (let j = 0; j < d; j++) product += data[i * d + j]! * sum[j]!;
    sums[i] = scale * product;
  }
  return sums;
}

function sumOf(side: Side): Float64Array {
  side.sum ??= weightedSum(side);
  return side.sum;
}

function weightedSum({ vectors: { n, d, data }, weights }: Side): Float64Array {
  const sum = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const [weight, from] = [weights[i]!, i * d];
    for (let j = 0; j < d; j++) sum[j]! += weight * data[from + j]!;
  }
  return sum;
}

function added(sums: Float64Array, more: Float64Array): Float64Array {
  return sums.map((sum, i) => sum + more[i]!);
}

/** Vectors with two columns more, so that their inner product is −‖x − y‖²/2σ². */
function lifted({ vectors, norms }: Side, scale: number, place: 'first' | 'second'): WeightedRows {
  const { n, d } = vectors;
  const data = new Float64Array(n * (d + 2));
  for (let i = 0; i < n; i++) {
    const to = i * (d + 2);
    for (let j = 0; j < d; j++) data[to + j] = vectors.data[i * d + j]! * (place === 'first' ? scale : 1);
    const half = (-norms[i]! * scale) / 2;
    data[to + d] = place === 'first' ? half : 1;
    data[to + d + 1] = place === 'first' ? 1 : half;
  }
  return { vectors: { n, d: d + 2, data }, weights: new Float64Array(n).fill(1) };
}

/** Σⱼ (aᵢbⱼ·eᵗ − 1) from Σⱼ bⱼ·(eᵗ − 1): what is added is Σⱼ (aᵢbⱼ − 1). */
function completed(of: Side, over: Side, sums: Float64Array): Float64Array {
  const count = over.reduced.length;
  const total = compensatedSum(over.reduced);
  return sums.map((sum, i) => {
    const reduced = of.reduced[i]!;
    return of.weights[i]! * sum + (reduced * total + count * reduced + total);
  });
}
