import type { Algebra } from '../../numerics/algebra.js';
import type { Kernel } from '../../numerics/kernel.js';
import { reducedKernel } from '../../numerics/kernel.js';
import { compensatedSum, variance } from '../../numerics/mean-and-variance.js';
import { innerProducts, squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { normalQuantile } from '../../numerics/student-t.js';
import { SIDES } from '../comparable-sets.js';
import { intervalMethod } from '../interval-procedure.js';
import type { Comparison } from '../metric-definition.js';
import { pairedImageCount } from '../overlap.js';
import type { MmdSums } from '../squared-mmd.js';
import { mmdSumsBy, squaredMmd } from '../squared-mmd.js';
import { deleteGroupJackknife } from './delete-group-jackknife.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { groupPlan, groupsOfSides } from './jackknife-of-metric.js';

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
  { first, second }: { readonly first: Rows; readonly second: Rows },
  kernel: Kernel,
  { seed = ROWS_SEED }: { readonly seed?: number | undefined } = {},
): number | undefined {
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
  return Math.max(projected - pairs, pairs);
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
 * Standard error and interval of a squared MMD from the sums of the unbiased estimator, by the closed form of its variance and
 * the normal quantile. The middle is the unbiased estimate of all pairs, whatever estimator is reported; the standard error is
 * that of the reported value.
 */
function mmdIntervals(
  sums: MmdSums,
  { rows, kernel, scale, level, drawVariance = 0, seed }: MmdIntervalOptions,
): IntervalsOf {
  const squared = squaredMmdVariance(sums, rows, kernel, { seed });
  if (squared === undefined) return { reason: 'a side has fewer than 4 images' };
  const estimate = scale * squaredMmd(sums, 'unbiased');
  const half = normalQuantile((1 + level) / 2) * scale * Math.sqrt(squared);
  const interval = {
    low: estimate - half,
    high: estimate + half,
    level,
    method: intervalMethod(CLOSED_FORM),
    procedure: CLOSED_FORM,
    of: 'limit' as const, // n → ∞ on both sides: the expectation of an unbiased estimate
    estimate,
  };
  return { estimates: [{ standardError: scale * Math.sqrt(squared + drawVariance), interval }] };
}

/** By the closed form for independent sets, by a jackknife for paired ones. */
export async function mmdIntervalsOfSides(
  sets: Comparison,
  sums: MmdSums,
  options: MmdIntervalOptions,
): Promise<IntervalsOf> {
  return pairedImageCount(sets) > 0 ? pairedMmdIntervals(sets, sums, options) : mmdIntervals(sums, options);
}

const OF_PAIRS = { uses: 'embeddings', sides: 'both' } as const;

/** Σ of the values at some indices. */
function sumAt(values: Float64Array, indices: Uint32Array): number {
  return compensatedSum(Array.from(indices, (index) => values[index]!));
}

/**
 * Unbiased squared MMD without the pairs of some rows of each side, from the sums of all and those among the rows that go: what is left of
 * Σ k(x, x′) is the whole less twice the sums of the rows that go, which count the pairs among these twice.
 */
async function withoutRows(
  { first, second, across }: MmdSums,
  rows: { readonly first: Rows; readonly second: Rows },
  excluded: { readonly first: Uint32Array; readonly second: Uint32Array },
  kernel: Kernel,
  algebra: Algebra,
): Promise<number> {
  const [x, y] = [selectRows(rows.first, excluded.first), selectRows(rows.second, excluded.second)];
  const among = await mmdSumsBy(algebra, { first: x, second: y }, kernel);
  const [n, m] = [rows.first.n - x.n, rows.second.n - y.n];
  const left = (side: 'first' | 'second', count: number) => {
    const { rowSums } = { first, second }[side];
    const sum =
      compensatedSum(rowSums) - 2 * sumAt(rowSums, excluded[side]) + compensatedSum(among[side].rowSums);
    return sum / (count * (count - 1));
  };
  const crossed =
    compensatedSum(across.rowSums) -
    sumAt(across.rowSums, excluded.first) -
    sumAt(across.columnSums, excluded.second) +
    compensatedSum(among.across.rowSums);
  return left('first', n) + left('second', m) - (2 * crossed) / (n * m);
}

/**
 * Standard error and interval of a squared MMD of paired sets, where the closed form of the variance does not
 * hold and the mean of k(x, y) is off by the pairs among its n·m: a jackknife that leaves out both of a pair, which removes that, a
 * multiple of 1/n.
 *
 * @param sums  of all pairs
 * @param options  `rows` of the sums, in the order of the sets; `drawVariance` as of `mmdIntervals`
 */
async function pairedMmdIntervals(
  sets: Comparison,
  sums: MmdSums,
  { rows, kernel, scale, level, drawVariance = 0, algebra }: MmdIntervalOptions,
): Promise<IntervalsOf> {
  const plan = groupPlan(sets, OF_PAIRS);
  if ('reason' in plan) return plan;
  const groups = groupsOfSides(sets, { ...OF_PAIRS, sides: SIDES });
  const replicates: number[] = [];
  for (const [j, first] of groups.get('reference')!.entries()) {
    const excluded = { first, second: groups.get('generated')![j]! };
    replicates.push(scale * (await withoutRows(sums, rows, excluded, kernel, algebra)));
  }
  const value = scale * squaredMmd(sums, 'unbiased');
  const { standardError, interval } = deleteGroupJackknife({ value, replicates, level, bias: 'removed' });
  return { estimates: [{ standardError: Math.hypot(standardError, Math.sqrt(drawVariance)), interval }] };
}
