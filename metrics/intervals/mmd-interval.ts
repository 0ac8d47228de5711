import type { Algebra } from '../../numerics/algebra.js';
import type { Kernel } from '../../numerics/kernel.js';
import { reducedKernel } from '../../numerics/kernel.js';
import { compensatedSum, variance } from '../../numerics/mean-and-variance.js';
import { numberText } from '../../numerics/number-text.js';
import { innerProducts, squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { normalQuantile, studentQuantile } from '../../numerics/student-t.js';
import { isIndependent, samplingDesign } from '../design/sampling-design.js';
import { type IntervalProcedure, intervalMethod, jackknifeProcedure } from '../interval-procedure.js';
import type { Comparison } from '../metric-definition.js';
import type { MmdSums } from '../squared-mmd.js';
import { squaredMmd } from '../squared-mmd.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { groupPlan } from './jackknife-of-metric.js';
import { errorOfGroups } from './mmd-of-groups.js';
import { type SquaredDistanceError, squaredDistanceBounds } from './squared-distance-bounds.js';

/** Vectors of each side that the second-order part is estimated on: it needs two digits, not ten. */
const SECOND_ORDER_ROWS = 400;

const CLOSED_FORM = { kind: 'closed-form' } as const;

/** Draws these rows where the metric has no seed of its own. */
const ROWS_SEED = 2020;

/** At most `SECOND_ORDER_ROWS` rows, drawn at random: images come sorted by class, or with their classes in turn. */
function randomRows(vectors: Rows, { seed, side }: { readonly seed: number; readonly side: string }): Rows {
  const size = Math.min(vectors.n, SECOND_ORDER_ROWS);
  const indices = sampleIndices({ n: vectors.n, size }, seededRandom(seed, 'rows of pairs', side));
  return selectRows(vectors, indices.sort());
}

/** Σ over columns of each row, (rows), and Σ over rows of each column, (columns). */
function marginSums(matrix: Float64Array, rows: number, columns: number): [Float64Array, Float64Array] {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      rowSums[i]! += matrix[i * columns + j]!;
      columnSums[j]! += matrix[i * columns + j]!;
    }
  }
  return [rowSums, columnSums];
}

/**
 * Variance of the doubly centered kernel, E[(k(x, y) − E k(x, ·) − E k(·, y) + E k)²], on pairs of two sets, or on the pairs
 * i ≠ j of one.
 */
function centeredKernelVariance(first: Rows, second: Rows, kernel: Kernel): number {
  const own = first === second;
  const value = reducedKernel(kernel);
  const [n, m] = [first.n, second.n];
  const firstNorms = squaredNorms(first);
  const secondNorms = squaredNorms(second);
  const kernels = innerProducts(first, second);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const at = i * m + j;
      kernels[at] = own && i === j ? 0 : value(kernels[at]!, firstNorms[i]!, secondNorms[j]!);
    }
  }
  const [rowSums, columnSums] = marginSums(kernels, n, m);
  const partners = own ? n - 1 : m;
  const mean = compensatedSum(rowSums) / (n * partners);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (own && i === j) continue;
      const rowMean = rowSums[i]! / partners;
      const columnMean = columnSums[j]! / (own ? n - 1 : n);
      squares += (kernels[i * m + j]! - rowMean - columnMean + mean) ** 2;
    }
  }
  // centering takes a degree of freedom of every row and column
  return squares / (own ? n * (n - 3) : (n - 1) * (m - 1));
}

/**
 * Variance of the unbiased squared MMD: that of the projections of single images, g(xᵢ) = 2[mean k(xᵢ, x) − mean k(xᵢ, y)],
 * over their number, which counts the part of pairs twice; it is subtracted once. This holds for sets that differ, where the
 * projections dominate, and for similar ones, where only pairs are left.
 *
 * @param options  seed of the draw of the rows that the part of pairs is estimated on
 * @returns above 0, never below the part of pairs, which makes it err upwards where the populations are equal; undefined where a side
 * has fewer than 4 images
 * @source Gretton et al. 2012, JMLR 13, section 5 (Hoeffding’s decomposition); Bounliphone et al. 2016, arXiv:1511.04581
 */
export function squaredMmdVariance(
  sums: MmdSums,
  rows: { readonly first: Rows; readonly second: Rows },
  kernel: Kernel,
  options: { readonly seed?: number | undefined } = {},
): number | undefined {
  const parts = varianceParts(sums, rows, kernel, options);
  return parts === undefined ? undefined : varianceOf(parts);
}

function varianceOf({ projected, pairs }: Pick<SquaredDistanceError, 'projected' | 'pairs'>): number {
  return Math.max(projected - pairs, pairs);
}

function varianceParts(
  sums: MmdSums,
  { first, second }: { readonly first: Rows; readonly second: Rows },
  kernel: Kernel,
  { seed = ROWS_SEED }: { readonly seed?: number | undefined },
): Pick<SquaredDistanceError, 'projected' | 'pairs'> | undefined {
  const n = first.n;
  const m = second.n;
  if (n < 4 || m < 4) return undefined;
  const { first: within, second: withinSecond, across } = sums;
  const firstProjections = within.rowSums.map((sum, i) => 2 * (sum / (n - 1) - across.rowSums[i]! / m));
  const secondProjections = withinSecond.rowSums.map(
    (sum, j) => 2 * (sum / (m - 1) - across.columnSums[j]! / n),
  );
  const projected = variance(firstProjections, 1)! / n + variance(secondProjections, 1)! / m;
  const x = randomRows(first, { seed, side: 'first' });
  const y = first === second ? x : randomRows(second, { seed, side: 'second' });
  const pairs =
    (2 * centeredKernelVariance(x, x, kernel)) / (n * (n - 1)) +
    (2 * centeredKernelVariance(y, y, kernel)) / (m * (m - 1)) +
    (4 * centeredKernelVariance(x, y, kernel)) / (n * m);
  return { projected, pairs };
}

interface MmdIntervalOptions {
  readonly rows: { readonly first: Rows; readonly second: Rows };
  readonly kernel: Kernel;
  /** what the metric multiplies the squared MMD by */
  readonly scale: number;
  readonly level: number;
  /** of the reported value around that of all pairs, for the images given: the law of total variance adds it */
  readonly drawVariance?: number;
  /** of the metric, where it has one */
  readonly seed?: number | undefined;
  readonly algebra: Algebra;
}

/**
 * Standard error and interval of a squared MMD. The middle is the unbiased estimate of all pairs, whatever estimator is reported; the
 * standard error is that of the reported value.
 */
function mmdInterval(
  estimate: number,
  error: SquaredDistanceError,
  {
    scale,
    level,
    drawVariance = 0,
    t,
    procedure,
  }: Pick<MmdIntervalOptions, 'scale' | 'level' | 'drawVariance'> & {
    readonly t: number;
    readonly procedure: IntervalProcedure;
  },
): IntervalsOf {
  const bounds = squaredDistanceBounds(estimate, error, t);
  if (bounds === undefined) {
    return {
      reason: `the estimate, ${numberText(scale * estimate)}, is further below 0 than independent images explain: check how the images were drawn`,
    };
  }
  const interval = {
    low: scale * bounds.low,
    high: scale * bounds.high,
    level,
    method: intervalMethod(procedure),
    procedure,
    of: 'limit' as const, // n → ∞ on both sides: the expectation of an unbiased estimate
    estimate: scale * estimate,
  };
  return {
    estimates: [
      { standardError: scale * Math.sqrt(varianceOf(error) + drawVariance / scale ** 2), interval },
    ],
  };
}

/** By the closed form for independent sets, by groups that keep to the design for others. */
export async function mmdIntervalsOfSides(
  sets: Comparison,
  sums: MmdSums,
  options: MmdIntervalOptions,
): Promise<IntervalsOf> {
  const { rows, kernel, level, seed, algebra } = options;
  const estimate = squaredMmd(sums, 'unbiased');
  if (isIndependent(await samplingDesign(sets, algebra, 'thorough'), 'both')) {
    const parts = varianceParts(sums, rows, kernel, { seed });
    if (parts === undefined) return { reason: 'a side has fewer than 4 images' };
    const error = { ...parts, noise: squaredMmd(sums, 'biased') - estimate };
    const t = normalQuantile((1 + level) / 2);
    return mmdInterval(estimate, error, { ...options, t, procedure: CLOSED_FORM });
  }
  const plan = await groupPlan(sets, { uses: 'embeddings', sides: 'both' }, algebra);
  if ('reason' in plan) return plan;
  const error = await errorOfGroups(sums, rows, {
    groups: { first: plan.groups.get('reference')!, second: plan.groups.get('generated')! },
    kernel,
    algebra,
  });
  const t = studentQuantile((1 + level) / 2, plan.count - 1);
  return mmdInterval(squaredMmd(sums, 'biased') - error.noise, error, {
    ...options,
    t,
    procedure: jackknifeProcedure(plan.count, { bounds: 'noncentral' }),
  });
}
