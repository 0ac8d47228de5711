import { requireEmbeddings } from '../../metrics/comparable-sets.js';
import type { KernelFamily, MetricOf, Parameters } from '../../metrics/metric-definition.js';
import type { Kernel } from '../../numerics/kernel.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { errorText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { gramOfRows, LARGEST_GRAM, pairSums, requireFiniteSums, sumsOverPart } from './gram-of-rows.js';
import { momentsOfSubsets } from './moments-of-subsets.js';
import type { MetricSides, SubsetMetric } from './subset-metric.js';
import { indicesOutside } from './subset-metric.js';

interface RowPair {
  readonly reference: Rows;
  readonly generated: Rows;
}

type KernelMetric = MetricOf<KernelFamily>;

/** What of a kernel a report must say. */
function kernelParameters(kernel: Kernel): Parameters {
  return kernel.kind === 'rbf' ? { sigma: kernel.sigma } : { degree: kernel.degree };
}

/** What is done in place of the protocol. */
function methodText({ family, parameters }: KernelMetric, kernel: Kernel): string {
  const pairs = kernel.kind === 'rbf' ? 'all pairs of k − 1' : 'all pairs';
  const instead =
    family.allPairs === null
      ? ''
      : `, in place of ${parameters['kidSubsets']} subsets of ${parameters['kidSubsetSize']}`;
  return `${pairs}, kept as a Gram matrix${instead}`;
}

/**
 * Squared MMD of subsets: every pair of the pool is computed once, and a subset is a sum over it. A protocol of random subsets is taken on
 * all pairs instead. Of more images than a Gram matrix may hold, by two moments with their bound, where the family has that form.
 *
 * @param metric  a metric of the kernel family, by its default parameters
 * @throws NumericalError NOT_FINITE naming a row of zeros, where vectors are divided by their lengths
 */
export async function mmdOfSubsets(metric: KernelMetric, sides: MetricSides): Promise<SubsetMetric> {
  const { id, family } = metric;
  const embeddings = requireEmbeddings(sides.reference, id);
  const isUnit = family.vectors === 'unit';
  const rows = {
    reference: isUnit ? unitRows(embeddings, 'reference') : embeddings,
    generated: isUnit ? unitRows(sides.generated.rows, 'generated') : sides.generated.rows,
  };
  return family.byMoments !== null && rows.generated.n > LARGEST_GRAM
    ? mmdByMomentsOfSubsets(metric, sides, rows, family.byMoments)
    : mmdByPairsOfSubsets(metric, sides, rows);
}

async function mmdByPairsOfSubsets(
  metric: KernelMetric,
  sides: MetricSides,
  { reference, generated }: RowPair,
): Promise<SubsetMetric> {
  const { estimator, scale, kernelOf, allPairs } = metric.family;
  const kernel = kernelOf(reference.d, metric.parameters);
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
  const values = (subsets: readonly Uint32Array[]): number[] => {
    const parts = subsets.map((inside) => ({ inside, outside: indicesOutside(inside, gram.n) }));
    return pairSums(gram, parts).map((pairs, at) => {
      const indices = subsets[at]!;
      const n = indices.length;
      let [diagonal, cross] = [0, 0];
      for (const index of indices) {
        diagonal += gram.diagonal[index]!;
        cross += across[index]!;
      }
      const mean = estimator === 'unbiased' ? pairs / (n * (n - 1)) : (pairs + diagonal) / (n * n);
      return scale * (referenceMean + mean - (2 * cross) / n);
    });
  };
  return {
    id: metric.id,
    direction: 'lower-is-better',
    role: 'quality',
    pool: sides.generated.pool,
    referenceSize: m,
    encoder: sides.reference.encoder,
    parameters: { ...kernelParameters(kernel), ...(allPairs === null ? {} : { pairs: 'all' }) },
    method: methodText(metric, kernel),
    defaultDraws: 999,
    value: async (indices) => values([indices])[0]!,
    values: async (subsets) => values(subsets),
    influence: async (from) => {
      const inside = new Set(from);
      const sums = sumsOverPart(gram, from);
      return across.map(
        (cross, i) => 2 * scale * (sums[i]! / (inside.has(i) ? from.length - 1 : from.length) - cross),
      );
    },
  };
}

/**
 * Of pools too large for all pairs, from two moments: a subset's are the pool's without the rows it leaves out.
 *
 * @param rows  unit vectors of both sides
 */
async function mmdByMomentsOfSubsets(
  { id, family, parameters }: KernelMetric,
  sides: MetricSides,
  rows: RowPair,
  byMoments: NonNullable<KernelFamily['byMoments']>,
): Promise<SubsetMetric> {
  const { estimator, kernelOf } = family;
  const reference = await sides.algebra.gaussianMoments(rows.reference);
  const moments = await momentsOfSubsets(rows.generated, sides.algebra);
  const { errorBound } = byMoments({ reference, generated: moments.whole }, estimator);
  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool: sides.generated.pool,
    referenceSize: rows.reference.n,
    encoder: sides.reference.encoder,
    parameters: kernelParameters(kernelOf(rows.reference.d, parameters)),
    method: `two moments, within ${errorText(errorBound)} of all pairs`,
    defaultDraws: 199,
    value: async (indices, drawn) =>
      byMoments({ reference, generated: await moments.of(indices, drawn) }, estimator).value,
  };
}
