import { type MmdEstimator, ownMean } from '../../metrics/squared-mmd.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { Kernel } from '../../numerics/kernel.js';
import type { Rows } from '../../numerics/rows.js';
import type { StudyDraw } from '../study-draws.js';
import { type CurveEngine, type CurveValue, numberOrReason } from './curve-engine.js';
import { type DrawnRows, nestedPairSums, ownPairs } from './pair-sums.js';

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
      const generated = { vectors: pool, orders: draws.map(({ order }) => order) };
      const own = await ownMeans(generated, draws, input, algebra);
      const { others, across } = draws.some(({ referenceOrder }) => referenceOrder === null)
        ? await comparedWithAll(generated, draws)
        : await comparedWithSubsets(generated, draws);
      for (const [r, draw] of draws.entries()) {
        const values: CurveValue[] = [];
        for (const [s, sampleSize] of draw.sizes.entries()) {
          const [first, second] = [own[r]![s]!, others[r]![s]!];
          if (first === null || second === null) {
            const reason = 'an unbiased estimate needs 2 different images';
            values.push({ metric, sampleSize, value: null, reason });
            continue;
          }
          const value = scale * (first + second - 2 * across[r]![s]!);
          const found = await numberOrReason(metric, () =>
            estimator === 'biased' ? Math.max(0, value) : value,
          );
          values.push({ ...found, sampleSize });
        }
        yield { draw, values };
      }
    },
  };

  /** Against a whole set one row sum of k serves every subset. */
  async function comparedWithAll({ orders }: DrawnRows, draws: readonly StudyDraw[]) {
    const mean = ownMean(await algebra.ownKernelSums(reference, kernel), estimator);
    const { rowSums } = await algebra.crossKernelSums(pool, reference, kernel);
    return {
      others: draws.map(({ sizes }) => sizes.map(() => mean)),
      across: draws.map(({ sizes }, r) =>
        sumsAt(
          sizes,
          Float64Array.from(orders[r]!, (row) => rowSums[row]!),
        ).map((sum, s) => sum / (sizes[s]! * reference.n)),
      ),
    };
  }

  async function comparedWithSubsets(generated: DrawnRows, draws: readonly StudyDraw[]) {
    const compared = { vectors: reference, orders: draws.map(({ referenceOrder }) => referenceOrder!) };
    const sums = await nestedPairSums(generated, compared, kernel, algebra);
    return {
      others: await ownMeans(compared, draws, input, algebra),
      across: draws.map(({ sizes }, r) => sumsAt(sizes, sums[r]!).map((sum, s) => sum / sizes[s]! ** 2)),
    };
  }
}

/** Mean of k over the pairs of each subset; null where there is no pair. */
async function ownMeans(
  set: DrawnRows,
  draws: readonly StudyDraw[],
  { kernel, estimator }: Pick<KernelCurveInput, 'kernel' | 'estimator'>,
  algebra: Algebra,
): Promise<readonly (readonly (number | null)[])[]> {
  const sums = await nestedPairSums(set, set, kernel, algebra);
  return draws.map(({ sizes }, r) => {
    const own = ownPairs(set, set.orders[r]!, kernel);
    const others = sumsAt(sizes, sums[r]!);
    const ownSums = sumsAt(sizes, own.sums);
    const ownCounts = sumsAt(sizes, own.counts);
    return sizes.map((size, s) => {
      if (estimator === 'biased') return (others[s]! + ownSums[s]!) / size ** 2;
      const pairs = size ** 2 - ownCounts[s]!;
      return pairs === 0 ? null : others[s]! / pairs;
    });
  });
}

/** Sums of the first n for each of the sizes, which ascend. */
function sumsAt(sizes: readonly number[], values: Float64Array): number[] {
  let [index, sum] = [0, 0];
  return sizes.map((size) => {
    for (; index < size; index++) sum += values[index]!;
    return sum;
  });
}
