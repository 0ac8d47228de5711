import type { CovarianceFactor } from './covariance-factor.js';
import type { ThreadOptions } from './fast-singular-values.js';
import type { GaussianMoments } from './gaussian-moments.js';
import { type MatrixLayout, matrixLayout } from './kernels/kernel-module.js';
import { runKernel } from './kernels/kernel-team.js';
import {
  featureScales,
  isIndefinite,
  largestVariance,
  notSemidefinite,
  type PivotedCholesky,
  pivotedCholesky,
  requireCauchySchwarz,
  withColumnsTimes,
} from './pivoted-cholesky.js';
import { checkedMagnitude } from './symmetric-eigenvalues.js';

/** Below this size, starting threads costs more than it saves. */
const SMALL = 96;

/**
 * `pivotedCholesky` for matrices of any size, in WebAssembly with threads: the same pivoting and the same end, block by block. The same
 * bits on every machine and for every number of threads.
 *
 * @param matrix  (d, d) row-major, symmetric; not changed
 * @throws ShapeError SHAPE_MISMATCH; NumericalError NOT_FINITE, NOT_POSITIVE_SEMIDEFINITE
 * @source Higham 1990, in Reliable Numerical Computation, pp. 161–185; in blocks as LAPACK working note 161 has it
 */
export async function fastPivotedCholesky(
  matrix: Float64Array,
  d: number,
  options: ThreadOptions = {},
): Promise<PivotedCholesky> {
  checkedMagnitude(matrix, d, 'fastPivotedCholesky');
  if (d < SMALL) return pivotedCholesky(matrix, d);
  requireCauchySchwarz(matrix, d, largestVariance(matrix, d));
  const scales = featureScales(matrix, d);
  try {
    return withColumnsTimes(await factorOf({ matrix, d, scales }, options), scales);
  } catch (error) {
    if (!isIndefinite(error)) throw error;
    return factorOf({ matrix, d, scales: new Float64Array(d).fill(1) }, options); // as the plain routine
  }
}

/** A symmetric matrix of which row and column j are to be divided by the j-th scale. */
interface Scaled {
  readonly matrix: Float64Array;
  readonly d: number;
  readonly scales: Float64Array;
}

function factorOf(scaled: Scaled, options: ThreadOptions): Promise<PivotedCholesky> {
  const { d } = scaled;
  return runKernel({
    kernel: 'choleskyFactor',
    ...options,
    prepare: (kernels, threads) => kernels.preparedFactorization(d, threads),
    load: (memory, kernels, job) => loadLower(memory, matrixLayout(kernels, job), scaled),
    read: (memory, kernels, job) => {
      const rank = kernels.rank(job);
      const start = kernels.factorAddress(job) / 8;
      const pivots = new Uint32Array(memory.buffer, kernels.pivotsAddress(job), rank);
      return { rank, factor: memory.slice(start, start + rank * d), pivots: pivots.slice() };
    },
    failed: (kernels, job) =>
      notSemidefinite(`a negative variance left in feature ${kernels.negativeFeature(job)} (counted from 0)`),
  });
}

/**
 * The factor of a covariance by rank-revealing Cholesky, for any size: worth keeping with a reference.
 *
 * @throws ShapeError SHAPE_MISMATCH; NumericalError NOT_FINITE, NOT_POSITIVE_SEMIDEFINITE
 */
export async function fastFactorOfMoments(
  { d, covariance }: Pick<GaussianMoments, 'd' | 'covariance'>,
  options: ThreadOptions = {},
): Promise<CovarianceFactor> {
  const { rank, factor, pivots } = await fastPivotedCholesky(covariance, d, options);
  return { rank, d, data: factor, pivots };
}

/** Rows at and below each quad of columns, for the kernel reads no others; what fills the last quads up is 0. */
function loadLower(memory: Float64Array, layout: MatrixLayout, { matrix, d, scales }: Scaled): void {
  const padded = Math.ceil(d / 4) * 4;
  for (let j = 0; j < d; j += 4) {
    const width = Math.min(4, d - j);
    const start = layout.matrix + (j / 4) * layout.panel + 4 * j;
    if (width < 4) memory.fill(0, start, start + 16);
    memory.fill(0, start + 4 * (d - j), start + 4 * (padded - j));
    let to = start;
    for (let i = j; i < d; i++) {
      const at = i * d + j;
      for (let k = 0; k < width; k++) memory[to + k] = matrix[at + k]! / scales[i]! / scales[j + k]!;
      to += 4;
    }
  }
}
