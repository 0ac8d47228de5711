import { compensatedSum } from './compensated-sum.js';
import type { KernelSumOptions } from './fast-kernel-sums.js';
import { fastScatter } from './fast-scatter.js';
import type { CrossKernelSums } from './kernel-sums.js';
import { matrixSession, matrixTensor } from './matrix-sessions.js';
import { crossPairSums, ownPairSums, type WeightedRows } from './pair-blocks.js';
import { exponentialGraph, exponentialTailGraph, gaussianGraph, quadraticFormGraph } from './pair-graphs.js';
import { squaredNorms } from './products.js';
import type { Rows } from './rows.js';
import { rowRange } from './select-rows.js';

// exp(−‖x − y‖²/2σ²) = a·b·eᵗ with a = exp(−‖x‖²/2σ²), b = exp(−‖y‖²/2σ²), t = xᵀy/σ². For CMMD |t| ≤ 0.01: the terms 1, t and t²/2 of
// eᵗ follow from moments, in float64, and what is left is below 2e-7, so that float32 products leave an error near 1e-13.

/** Up to here the series' tail in float32 is exact enough. */
const LARGEST_SERIES = 0.02;
/** Up to here eᵗ is near enough to 1 to be taken apart from a and b. */
const LARGEST_SPLIT = 1;
const QUADRATIC_ROWS = 1024;

type Sigma = { readonly sigma: number };

/** Sums of exp(−‖x − y‖²/2σ²) − 1 over all pairs of two sets. */
export async function exponentialSums(
  first: Rows,
  second: Rows,
  { sigma }: Sigma,
  options: KernelSumOptions,
): Promise<CrossKernelSums> {
  const [x, y] = [side(first, sigma), side(second, sigma)];
  const scale = 1 / (sigma * sigma);
  const exponent = Math.sqrt(x.largestNorm * y.largestNorm) * scale;
  if (exponent > LARGEST_SPLIT) {
    return crossPairSums(gaussianGraph(), lifted(x, scale, 'first'), lifted(y, scale, 'second'));
  }
  if (exponent > LARGEST_SERIES || options.products === 'float64') {
    const { rowSums, columnSums } = await crossPairSums(exponentialGraph(scale), x, y);
    return { rowSums: completed(x, y, rowSums), columnSums: completed(y, x, columnSums) };
  }
  const tail = exponentialTailGraph({ scale, terms: termsFor(exponent) });
  const sums = await crossPairSums(tail, x, y);
  return {
    rowSums: completed(x, y, await withMoments(x, y, scale, sums.rowSums)),
    columnSums: completed(y, x, await withMoments(y, x, scale, sums.columnSums)),
  };
}

/** The same over one set: for each vector over all of them. */
export async function ownExponentialSums(
  vectors: Rows,
  { sigma }: Sigma,
  options: KernelSumOptions,
): Promise<Float64Array> {
  const x = side(vectors, sigma);
  const scale = 1 / (sigma * sigma);
  const exponent = x.largestNorm * scale;
  if (exponent > LARGEST_SPLIT) {
    const both = [lifted(x, scale, 'first'), lifted(x, scale, 'second')] as const;
    return (await crossPairSums(gaussianGraph(), ...both)).rowSums;
  }
  if (exponent > LARGEST_SERIES || options.products === 'float64') {
    return completed(x, x, await ownPairSums(exponentialGraph(scale), x));
  }
  const tail = exponentialTailGraph({ scale, terms: termsFor(exponent) });
  const sums = await ownPairSums(tail, x);
  return completed(x, x, await withMoments(x, x, scale, sums));
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
  /** made when first needed */
  moments: Promise<WeightedMoments> | undefined;
}

/** What the terms t and t²/2 need of the vectors y with weights b. */
interface WeightedMoments {
  /** Σ b */
  readonly total: number;
  /** (d): Σ b·y */
  readonly sum: Float64Array;
  /** (d, d): Σ b·(y − sum/total)(y − sum/total)ᵀ */
  readonly scatter: Float64Array;
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
    moments: undefined,
  };
  knownSides.set(vectors, made);
  return made;
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

/** Terms after which the next is below float32's rounding of the sum. */
function termsFor(exponent: number): number {
  return exponent <= 0.012 ? 5 : 6;
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

/**
 * Adds Σⱼ bⱼ·(t + t²/2), from xᵢ with the weighted sum s of the other side, and with its scatter C about the mean: with B = Σⱼ bⱼ,
 * Σⱼ bⱼ·(xᵢ·yⱼ)² = (xᵢ·s)²/B + xᵢᵀ·C·xᵢ, of which the second is small enough for float32, but not for its rounding to have a sign.
 */
async function withMoments(of: Side, over: Side, scale: number, tails: Float64Array): Promise<Float64Array> {
  const { d, data } = of.vectors;
  const { total, sum, scatter } = await momentsOf(over);
  const forms = await quadraticForms(of.vectors, scatter);
  const own = await momentsOf(of);
  const drift = formTotal(scatter, own) - compensatedSum(forms.map((form, i) => of.weights[i]! * form));
  return tails.map((tail, i) => {
    let product = 0;
    for (let j = 0; j < d; j++) product += data[i * d + j]! * sum[j]!;
    const squares = (product * product) / total + forms[i]! + drift / own.total;
    return scale * product + (scale * scale * squares) / 2 + tail;
  });
}

/** xᵢᵀ·C·xᵢ for each row, in float32. */
async function quadraticForms(vectors: Rows, matrix: Float64Array): Promise<Float64Array> {
  const { n, d } = vectors;
  const m = matrixTensor(Float32Array.from(matrix), d, d);
  const session = await matrixSession(quadraticFormGraph);
  const forms = new Float64Array(n);
  for (let start = 0; start < n; start += QUADRATIC_ROWS) {
    const block = rowRange(vectors, start, Math.min(start + QUADRATIC_ROWS, n));
    const x = matrixTensor(Float32Array.from(block.data), block.n, d);
    const found = await session.run<'forms'>({ x, m });
    forms.set(found.forms.data as Float32Array, start);
  }
  return forms;
}

/** Σᵢ aᵢ·xᵢᵀ·C·xᵢ in float64, from the moments of x: the sum over C's entries times those of Σᵢ aᵢ·xᵢxᵢᵀ. */
function formTotal(scatter: Float64Array, { total, sum, scatter: own }: WeightedMoments): number {
  const d = sum.length;
  const rowSums = sum.map((first, i) => {
    let row = 0;
    for (let j = 0; j < d; j++) row += scatter[i * d + j]! * (own[i * d + j]! + (first * sum[j]!) / total);
    return row;
  });
  return compensatedSum(rowSums);
}

function momentsOf(side: Side): Promise<WeightedMoments> {
  side.moments ??= weightedMoments(side);
  return side.moments;
}

async function weightedMoments({ vectors, weights }: Side): Promise<WeightedMoments> {
  const { n, d, data } = vectors;
  const total = compensatedSum(weights);
  const sum = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) sum[j]! += weights[i]! * data[i * d + j]!;
  const center = sum.map((value) => value / total);
  const scatter = await fastScatter(vectors, { center, factors: weights.map(Math.sqrt) });
  return { total, sum, scatter };
}
