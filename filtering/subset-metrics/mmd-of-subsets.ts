import { CMMD_SCALE, CMMD_SIGMA, cmmdByMoments } from '../../metrics/cmmd.js';
import { requireEmbeddings } from '../../metrics/comparable-sets.js';
import { cubicKernel } from '../../metrics/kernel-inception-distance.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import type { MmdEstimator } from '../../metrics/squared-mmd.js';
import type { Kernel } from '../../numerics/kernel.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { errorText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { momentsOfSubsets } from './frechet-of-subsets.js';
import { gramOfRows, LARGEST_GRAM, pairAt, pairSum, requireFiniteSums } from './gram-of-rows.js';
import type { MetricSides, SubsetMetric } from './subset-metric.js';
import { indicesOutside } from './subset-metric.js';

/** What tells one kernel protocol from another. */
interface KernelProtocol {
  readonly kernel: Kernel;
  readonly estimator: MmdEstimator;
  readonly scale: number;
  readonly parameters: Parameters;
  readonly method: string;
}

async function mmdOfSubsets(
  id: string,
  sides: MetricSides,
  rows: { readonly reference: Rows; readonly generated: Rows },
  { kernel, estimator, scale, parameters, method }: KernelProtocol,
): Promise<SubsetMetric> {
  const { reference, generated } = rows;
  const { algebra } = sides;
  const own = await algebra.ownKernelSums(reference, kernel);
  const m = reference.n;
  const referencePairs = compensatedSum(own.rowSums);
  const referenceMean =
    estimator === 'unbiased'
      ? referencePairs / (m * (m - 1))
      : (referencePairs + compensatedSum(own.diagonal)) / (m * m);
  const across = (await algebra.crossKernelSums(generated, reference, kernel)).rowSums.map((sum) => sum / m);
  requireFiniteSums(own.rowSums, own.diagonal);
  requireFiniteSums(across);
  const gram = await gramOfRows(generated, kernel, algebra);
  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool: sides.generated.pool,
    referenceSize: m,
    encoder: sides.reference.encoder,
    parameters,
    method,
    defaultDraws: 999,
    value: async (indices) => {
      const n = indices.length;
      const pairs = pairSum(gram, indices, indicesOutside(indices, gram.n));
      let [diagonal, cross] = [0, 0];
      for (const index of indices) {
        diagonal += gram.diagonal[index]!;
        cross += across[index]!;
      }
      const mean = estimator === 'unbiased' ? pairs / (n * (n - 1)) : (pairs + diagonal) / (n * n);
      return scale * (referenceMean + mean - (2 * cross) / n);
    },
    influence: async (from) => {
      const inside = new Set(from);
      return Float64Array.from(across, (cross, i) => {
        let sum = 0;
        for (const j of from) sum += pairAt(gram, i, j);
        return 2 * scale * (sum / (inside.has(i) ? from.length - 1 : from.length) - cross);
      });
    },
  };
}

/**
 * CMMD of subsets: every pair of the pool is computed once, and a subset is a sum over it; of more than 20,000 images by two
 * moments, with their bound.
 *
 * @param estimator  `unbiased` for `cmmd`, `biased` for `cmmd-v`
 * @throws NumericalError NOT_FINITE naming a row of zeros
 */
export async function cmmdOfSubsets(sides: MetricSides, estimator: MmdEstimator): Promise<SubsetMetric> {
  const id = estimator === 'unbiased' ? 'cmmd' : 'cmmd-v';
  const reference = unitRows(requireEmbeddings(sides.reference, id), 'reference');
  const generated = unitRows(sides.generated.rows, 'generated');
  if (generated.n > LARGEST_GRAM)
    return cmmdByMomentsOfSubsets(id, sides, { reference, generated }, estimator);
  return mmdOfSubsets(
    id,
    sides,
    { reference, generated },
    {
      kernel: { kind: 'rbf', sigma: CMMD_SIGMA },
      estimator,
      scale: CMMD_SCALE,
      parameters: { sigma: CMMD_SIGMA },
      method: 'all pairs of k − 1, kept as a Gram matrix',
    },
  );
}

/** KID of subsets as the unbiased statistic over all pairs, not over random subsets of 1000 as the protocol has it. */
export async function kidOfSubsets(sides: MetricSides): Promise<SubsetMetric> {
  const reference = requireEmbeddings(sides.reference, 'kid');
  const generated = sides.generated.rows;
  return mmdOfSubsets(
    'kid',
    sides,
    { reference, generated },
    {
      kernel: cubicKernel(reference.d),
      estimator: 'unbiased',
      scale: 1,
      parameters: { degree: 3, pairs: 'all' },
      method: 'all pairs, kept as a Gram matrix, in place of 100 subsets of 1000',
    },
  );
}

/**
 * CMMD of subsets of pools too large for all pairs, from two moments: a subset's are the pool's without the rows it leaves out.
 *
 * @param rows  unit vectors of both sides
 */
async function cmmdByMomentsOfSubsets(
  id: string,
  sides: MetricSides,
  rows: { readonly reference: Rows; readonly generated: Rows },
  estimator: MmdEstimator,
): Promise<SubsetMetric> {
  const reference = await sides.algebra.gaussianMoments(rows.reference);
  const moments = await momentsOfSubsets(rows.generated, sides.algebra);
  const { errorBound } = cmmdByMoments({ reference, generated: moments.whole }, estimator);
  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool: sides.generated.pool,
    referenceSize: rows.reference.n,
    encoder: sides.reference.encoder,
    parameters: { sigma: CMMD_SIGMA },
    method: `two moments, within ${errorText(errorBound)} of all pairs`,
    defaultDraws: 199,
    value: async (indices) =>
      cmmdByMoments({ reference, generated: await moments.of(indices) }, estimator).value,
  };
}
