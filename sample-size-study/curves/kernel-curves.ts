import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { Kernel } from '../../metrics/numerics/kernel.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { type MmdEstimator, ownMean } from '../../metrics/squared-mmd.js';
import type { StudyDraw } from '../study-draws.js';
import type { CurveEngine, CurveValue } from './curve-engine.js';
import { type Multiplicities, subsetDiagonals, subsetPairSums } from './pair-sums.js';

export interface KernelCurveInput {
  readonly metric: string;
  readonly reference: Rows;
  readonly pool: Rows;
  readonly kernel: Kernel;
  readonly estimator: MmdEstimator;
  /** what the squared MMD is multiplied by */
  readonly scale: number;
}

/**
 * Squared MMD over all subsets at once, on all pairs, from one pass over the kernel matrix. Pairs of an image with itself
 * stand out of the unbiased estimate, copies that a bootstrap draws included, or their k(x, x) would bring the bias back.
 */
export function kernelCurves(input: KernelCurveInput, algebra: Algebra): CurveEngine {
  const { metric, reference, pool, kernel, estimator, scale } = input;
  return {
    estimator: `${estimator} squared MMD on all pairs`,
    async *curves(draws) {
      const subsets = draws.flatMap((draw) => draw.sizes.map((size) => ({ draw, size })));
      const generated = { vectors: pool, multiplicities: multiplicities(subsets, pool.n, 'order') };
      const own = await ownMeans(generated, kernel, estimator, algebra);
      const { others, across } = draws.some(({ referenceOrder }) => referenceOrder === null)
        ? await comparedWithAll(generated)
        : await comparedWithSubsets(generated, subsets);
      let place = 0;
      for (const draw of draws) {
        const values = draw.sizes.map((sampleSize): CurveValue => {
          const at = place++;
          const value = own[at]! + others[at]! - 2 * across[at]!;
          if (Number.isNaN(value)) {
            return {
              metric,
              sampleSize,
              value: null,
              reason: 'an unbiased estimate needs 2 different images',
            };
          }
          return { metric, sampleSize, value: scale * (estimator === 'biased' ? Math.max(0, value) : value) };
        });
        yield { draw, values };
      }
    },
  };
  async function comparedWithAll(generated: WeightedSet) {
    const mean = ownMean(await algebra.ownKernelSums(reference, kernel), estimator);
    return {
      others: new Float64Array(generated.multiplicities.n).fill(mean),
      across: await crossMeansWithAll(generated, reference, kernel, algebra),
    };
  }

  async function comparedWithSubsets(generated: WeightedSet, subsets: readonly Subset[]) {
    const compared = {
      vectors: reference,
      multiplicities: multiplicities(subsets, reference.n, 'referenceOrder'),
    };
    return {
      others: await ownMeans(compared, kernel, estimator, algebra),
      across: await crossMeans(generated, compared, kernel, algebra),
    };
  }
}

interface Subset {
  readonly draw: StudyDraw;
  readonly size: number;
}

interface WeightedSet {
  readonly vectors: Rows;
  readonly multiplicities: Multiplicities;
}

function multiplicities(
  subsets: readonly Subset[],
  n: number,
  which: 'order' | 'referenceOrder',
): Multiplicities {
  const data = new Float64Array(subsets.length * n);
  subsets.forEach(({ draw, size }, s) => {
    for (const row of draw[which]!.subarray(0, size)) data[s * n + row]! += 1;
  });
  return { n: subsets.length, d: n, data };
}

/** Number of images of each subset, and of pairs of an image with itself. */
function counts({ d, data }: Multiplicities, subset: number): { size: number; own: number } {
  let [size, own] = [0, 0];
  for (let i = 0; i < d; i++) {
    const times = data[subset * d + i]!;
    size += times;
    own += times * times;
  }
  return { size, own };
}

/** Mean of k over the pairs of each subset; NaN where there is no pair. */
async function ownMeans(
  set: WeightedSet,
  kernel: Kernel,
  estimator: MmdEstimator,
  algebra: Algebra,
): Promise<Float64Array> {
  const sums = await subsetPairSums(set, set, kernel, algebra);
  const diagonals = subsetDiagonals(set, kernel);
  return sums.map((sum, s) => {
    const { size, own } = counts(set.multiplicities, s);
    return estimator === 'biased' ? sum / (size * size) : (sum - diagonals[s]!) / (size * size - own);
  });
}

async function crossMeans(
  first: WeightedSet,
  second: WeightedSet,
  kernel: Kernel,
  algebra: Algebra,
): Promise<Float64Array> {
  const sums = await subsetPairSums(first, second, kernel, algebra);
  return sums.map(
    (sum, s) => sum / (counts(first.multiplicities, s).size * counts(second.multiplicities, s).size),
  );
}

/** Against a whole set one row sum of k serves every subset. */
async function crossMeansWithAll(
  { vectors, multiplicities }: WeightedSet,
  all: Rows,
  kernel: Kernel,
  algebra: Algebra,
): Promise<Float64Array> {
  const { rowSums } = await algebra.crossKernelSums(vectors, all, kernel);
  return Float64Array.from({ length: multiplicities.n }, (_, s) => {
    let sum = 0;
    for (let i = 0; i < vectors.n; i++) sum += multiplicities.data[s * vectors.n + i]! * rowSums[i]!;
    return sum / (counts(multiplicities, s).size * all.n);
  });
}
