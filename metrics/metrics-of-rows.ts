import { embeddedSet } from '../encoders/embeddings-in-memory.js';
import { NumericalError } from '../errors.js';
import { tooFewVectors } from '../numerics/column-means.js';
import { gaussianMoments } from '../numerics/gaussian-moments.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { givenRows, givenSets, type Rows } from '../numerics/rows.js';
import { traceSquareRootOfFactors } from '../numerics/trace-square-root.js';
import { CMMD_KERNEL, cmmdOfSums, cmmdVectors } from './cmmd.js';
import { requireLogitRows } from './comparable-sets.js';
import {
  type FactoredGaussian,
  frechetDistanceOfParts,
  gaussianOfMoments,
  gaussianOfRows,
} from './frechet-distance.js';
import { type InceptionScore, inceptionScore as inceptionScoreOfSplits } from './inception-score.js';
import {
  cubicKernel,
  type KernelInceptionDistance,
  kernelInceptionDistanceOf,
  subsetPairs,
} from './kernel-inception-distance.js';
import { metricById } from './metric-catalog.js';
import type { Parameters } from './metric-definition.js';
import { type ManifoldScores, manifoldScores } from './nearest-neighbor-manifolds.js';
import { momentsInRange } from './set-gaussian.js';
import { type MmdEstimator, mmdSums, requireEstimator, squaredMmd } from './squared-mmd.js';
import { vendiScore } from './vendi-score.js';

// One call from vectors in memory to the number that the metric of this name gives in a report, without its warnings and intervals.

/** Two sets of vectors, named so that they cannot be swapped unnoticed. */
export interface RowPair {
  /** (n, d) */
  readonly reference: Rows;
  /** (m, d) */
  readonly generated: Rows;
}

function checkedPair(sets: RowPair, where: string): RowPair {
  return givenSets(sets, ['reference', 'generated'], where);
}

function inRange(value: number, where: string): number {
  if (Number.isFinite(value)) return value;
  throw new NumericalError('NOT_FINITE', {
    where,
    expected: 'squares of the embeddings must lie within the range of float64',
    received: String(value),
    help: 'Scale the embeddings of both sides alike.',
  });
}

function gaussianOf(vectors: Rows, name: string): FactoredGaussian {
  if (vectors.n < 2) throw tooFewVectors(vectors.n, 2, 'a covariance', name);
  const isWide = vectors.n <= vectors.d;
  if (!isWide) return gaussianOfMoments(momentsInRange(gaussianMoments(vectors), name));
  const gaussian = gaussianOfRows(vectors);
  inRange(gaussian.totalVariance, name);
  return gaussian;
}

/**
 * Fréchet distance of two sets of embeddings, ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½), covariances by n − 1. With Inception's
 * 2,048 features it is FID.
 *
 * @param reference  (n, d), at least 2 rows
 * @param generated  (m, d), at least 2 rows
 * @returns squared distance in embedding space: at least 0, lower is better, symmetric, 0 for equal sets. Biased upwards by about c/n
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, NumericalError NOT_FINITE
 * @source Heusel et al. 2017, arXiv:1706.08500, eq. 6
 *
 * In this thread, O((n + m)d² + d³): a second at n = m = 1,000 and d = 512. For more, `metricOfRows('fid', …)` uses every core.
 *
 * @example
 * fid({ n: 2, d: 1, data: Float32Array.of(0, 2) }, { n: 2, d: 1, data: Float32Array.of(3, 5) }); // 9
 */
export function fid(reference: Rows, generated: Rows): number {
  const sets = checkedPair({ reference, generated }, fid.name);
  const first = gaussianOf(sets.reference, `${fid.name}: reference`);
  const second = gaussianOf(sets.generated, `${fid.name}: generated`);
  return inRange(
    frechetDistanceOfParts(first, second, traceSquareRootOfFactors(first.factor, second.factor)),
    fid.name,
  );
}

/** Options of `kid`. */
export interface KidOptions {
  /** default 100 */
  readonly subsets?: number;
  /** images of each set in a subset; default 1,000 */
  readonly subsetSize?: number;
  /** of the draws; default 2020 */
  readonly seed?: number;
}

/**
 * Kernel Inception Distance: the unbiased squared MMD of the kernel (xᵀy/d + 1)³, averaged over random subsets as torch-fidelity draws them.
 *
 * @param reference  (n, d), at least `subsetSize` rows
 * @param generated  (m, d), at least `subsetSize` rows
 * @returns `value`, the mean: lower is better, about 0 for sets of one distribution and below 0 at times; `spread`, the standard deviation over
 * the subsets, no standard error. Not multiplied by 1,000
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, OptionError OUT_OF_RANGE, NumericalError NOT_FINITE
 * @source Bińkowski et al. 2018, arXiv:1801.01401, section 4.1
 *
 * In this thread, O(subsets · subsetSize² · d).
 *
 * @example
 * const set = (...data: number[]) => ({ n: 3, d: 1, data: Float32Array.from(data) });
 * kid(set(0, 1, 2), set(0, 1, 2), { subsets: 1, subsetSize: 3 }).value.toFixed(2); // '-23.33'
 */
export function kid(reference: Rows, generated: Rows, options: KidOptions = {}): KernelInceptionDistance {
  const sets = checkedPair({ reference, generated }, kid.name);
  const plan = {
    subsets: 100,
    subsetSize: 1000,
    seed: 2020,
    ...options,
    where: kid.name,
    names: ['subsets', 'subsetSize'] as const,
  };
  const kernel = cubicKernel(reference.d);
  const values: number[] = [];
  for (const { first, second } of subsetPairs(sets, plan))
    values.push(inRange(squaredMmd(mmdSums(first, second, kernel), 'unbiased'), kid.name));
  return kernelInceptionDistanceOf(values);
}

/**
 * CLIP maximum mean discrepancy, 1000·MMD² of rows divided by their lengths, with the kernel exp(−‖x − y‖²/(2·10²)).
 *
 * @param reference  (n, d), no row of zeros
 * @param generated  (m, d), no row of zeros
 * @param options  `estimator`: `unbiased`, the paper's and the default, or `biased`, which Google's code and cmmd-pytorch compute
 * @returns lower is better, symmetric, at most 39.6. `unbiased` is about 0 for sets of one distribution and below 0 at times; `biased` is at least
 * 0 and larger by about 5/n + 5/m
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES below 2 rows (`biased`: 1), OptionError OUT_OF_RANGE, NumericalError
 * NOT_FINITE
 * @source Jayasumana et al. 2024, arXiv:2401.09603, section 4
 *
 * In this thread, O((n + m)² · d).
 *
 * @example
 * const right = { n: 1, d: 2, data: Float32Array.of(1, 0) };
 * cmmd(right, { n: 1, d: 2, data: Float32Array.of(0, 5) }, { estimator: 'biased' }).toFixed(2); // '19.90'
 */
export function cmmd(
  reference: Rows,
  generated: Rows,
  { estimator = 'unbiased' }: { readonly estimator?: MmdEstimator } = {},
): number {
  requireEstimator(estimator);
  const sets = checkedPair({ reference, generated }, cmmd.name);
  const names = { reference: `${cmmd.name}: reference`, generated: `${cmmd.name}: generated` };
  const unit = cmmdVectors(sets, names);
  return cmmdOfSums(mmdSums(unit.reference, unit.generated, CMMD_KERNEL), estimator);
}

/** Options of `inceptionScore`. */
export interface InceptionScoreOptions {
  /** default 10 */
  readonly splits?: number;
  /** of the permutation before the split; null: rows in order; default 2020, torch-fidelity's */
  readonly seed?: number | null;
}

/**
 * Inception Score: the mean over splits of exp(mean KL(p(y|x) ‖ p(y))).
 *
 * @param logits  (n, c), before the softmax, at least one row for each split
 * @returns `value` from 1 to c, higher is better, biased downwards; `spread`, the standard deviation over the splits, no standard error
 * @throws InputError UNREADABLE_FILE for probabilities, which a second softmax would level
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, OptionError OUT_OF_RANGE, NumericalError NOT_FINITE
 * @source Salimans et al. 2016, arXiv:1606.03498, section 4
 *
 * @example
 * const sure = { n: 2, d: 2, data: Float32Array.of(99, 0, 0, 99) };
 * inceptionScore(sure, { splits: 1 }).value; // 2
 */
export function inceptionScore(logits: Rows, options: InceptionScoreOptions = {}): InceptionScore {
  const where = inceptionScore.name;
  requireLogitRows(givenRows(logits, `${where}: logits`), where);
  return inceptionScoreOfSplits(logits, { splits: 10, seed: 2020, ...options, where });
}

/** Options of `precisionRecall` and `prdc`. */
export interface NeighborOptions {
  /** the radius of a ball is the distance to the k-th nearest other vector */
  readonly k?: number;
}

/** Shares of one set inside the other's manifold, 0 … 1. */
export interface PrecisionRecall {
  /** of the generated images */
  readonly precision: number;
  /** of the reference images */
  readonly recall: number;
}

/**
 * Improved precision and recall: the share of one set within the union of balls around the other, ‖x − y‖ ≤ the distance to the k-th neighbor.
 *
 * @param sets  (n, d) and (m, d), more than k rows each
 * @param options  k, default 3
 * @returns shares, 0 … 1, higher is better; they change places when the sets do. Compare them at equal n alone
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, OptionError OUT_OF_RANGE, NumericalError NOT_FINITE
 * @source Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 2
 */
export async function precisionRecall(
  sets: RowPair,
  { k = 3 }: NeighborOptions = {},
): Promise<PrecisionRecall> {
  const where = precisionRecall.name;
  const options = { k, ball: 'closed', where } as const;
  const { precision, recall } = await manifoldScores(checkedPair(sets, where), options, await openAlgebra());
  return { precision, recall };
}

/**
 * Precision, recall, density and coverage with open balls, ‖x − y‖ < the distance to the k-th neighbor.
 *
 * @param sets  (n, d) and (m, d), more than k rows each
 * @param options  k, default 5
 * @returns shares, 0 … 1, higher is better; density is a mean number of balls over k, and may exceed 1. Compare them at equal n alone
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, OptionError OUT_OF_RANGE, NumericalError NOT_FINITE
 * @source Naeem et al. 2020, arXiv:2002.09797, eqs. 2–5
 */
export async function prdc(sets: RowPair, { k = 5 }: NeighborOptions = {}): Promise<ManifoldScores> {
  const where = prdc.name;
  return manifoldScores(checkedPair(sets, where), { k, ball: 'open', where }, await openAlgebra());
}

/**
 * Vendi score: the effective number of different rows, the exponential of the Rényi entropy of order q of the eigenvalues of XXᵀ/n for unit
 * rows; of order 1, exp(−Σ λ log λ).
 *
 * @param vectors  (n, d), no row of zeros
 * @param options  `order` q, above 0; Infinity is 1/λ₁; default 1
 * @returns from 1 (all alike) to min(n, d), higher is more diverse; grows with n
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES for no rows, OptionError OUT_OF_RANGE, NumericalError NOT_FINITE
 * @source Friedman & Dieng 2023, arXiv:2210.02410, definition 3.1; orders: Pasarkar & Dieng 2024, arXiv:2310.12952
 */
export async function vendi(vectors: Rows, { order = 1 }: { readonly order?: number } = {}): Promise<number> {
  const name = `${vendi.name}: vectors`;
  return vendiScore(givenRows(vectors, name), { order, name }, await openAlgebra());
}

/** Sets of rows of a metric of the catalog: embeddings, or logits for one of logits. */
export interface RowSets {
  /** (n, d); left out for a metric of the generated set alone */
  readonly reference?: Rows;
  /** (m, d) */
  readonly generated: Rows;
  /** (h, d), held out from training, for metrics that need such; the reference is then what the model was trained on */
  readonly heldOut?: Rows;
}

/**
 * A metric of the catalog of rows in memory, on every core: the kernels, and so the numbers, of `score`.
 *
 * @param id  of the metric: `fid`, `kid`, `cmmd`, `fld`
 * @param parameters  as the metric takes them: `{ kidSubsetSize: 500 }`
 * @returns each of its numbers by its id
 * @throws OptionError UNKNOWN_METRIC, UNKNOWN_PARAMETER, OUT_OF_RANGE, CONFLICTING_OPTIONS for a set that is not given
 * @throws ShapeError SHAPE_MISMATCH, SampleSizeError TOO_FEW_SAMPLES, NumericalError NOT_FINITE, also for a number that does not exist
 *
 * @example
 * const rows = (...data: number[]) => ({ n: data.length, d: 1, data: Float32Array.from(data) });
 * await metricOfRows('fid', { reference: rows(0, 2), generated: rows(3, 5) }); // { fid: 9 }
 */
export async function metricOfRows(
  id: string,
  sets: RowSets,
  parameters: Parameters = {},
): Promise<Readonly<Record<string, number>>> {
  const metric = metricById(id);
  const where = `${metricOfRows.name}(${JSON.stringify(id)})`;
  const names = [
    ...(metric.sides === 'both' ? (['reference'] as const) : []),
    'generated' as const,
    ...(metric.heldOut === 'needed' ? (['heldOut'] as const) : []),
  ];
  const given = givenSets(sets as Readonly<Record<keyof RowSets, Rows>>, names, where);
  const set = (name: keyof RowSets) =>
    embeddedSet(given[name], {
      source: `${where}: ${name}`,
      ...(metric.uses === 'logits' && { logits: given[name] }),
    });
  const values = await metric.evaluate(
    {
      reference: set(metric.sides === 'both' ? 'reference' : 'generated'),
      generated: set('generated'),
      ...(metric.heldOut === 'needed' && { heldOut: set('heldOut') }),
    },
    parameters,
  );
  return Object.fromEntries(
    values.map(({ id: number, value, reason }) => {
      if (value === null)
        throw new NumericalError('NOT_FINITE', { where, expected: `${number} has no value: ${reason}` });
      return [number, value];
    }),
  );
}
