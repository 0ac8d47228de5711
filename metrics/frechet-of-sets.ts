import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import type { Algebra } from '../numerics/algebra.js';
import { meanDifference } from '../numerics/gaussian-moments.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import { memoized } from '../numerics/memoized.js';
import { countText } from '../numerics/number-text.js';
import { requireEqualWidth, requireSquares, SIDES } from './comparable-sets.js';
import {
  effectiveRank,
  type FactoredGaussian,
  frechetBiasSlope,
  frechetDistanceOfParts,
} from './frechet-distance.js';
import { meanOverHalves } from './intervals/jackknife-of-metric.js';
import { type Normality, normalityOf } from './mardia.js';
import type { Comparison, GaussianFit, MetricDefinition } from './metric-definition.js';
import type { Evaluation } from './metric-record.js';
import { gaussianOfSet, rankOfGaussian } from './set-gaussian.js';
import { biasWarnings, type CovarianceRank, countsOf } from './warnings.js';

/** With fewer images than this many times the dimensions, a bias to first order in 1/n is much too small. */
const FIRST_ORDER = 2;

/** A Fréchet distance, and what it would be without the bias of both sides' n: null where n ≤ d, or n is not known. */
interface FrechetOfSets {
  readonly value: number;
  readonly limit: number | null;
  /** whose bias the asymptotic value excludes */
  readonly unbiased: keyof Comparison | 'both';
  readonly d: number;
  readonly ranks: Readonly<Record<keyof Comparison, CovarianceRank>>;
  /** tr Σ of both sides together */
  readonly totalVariance: number;
  /** what rounding of the means may leave of the value, and of covariances that were kept in few digits */
  readonly storageRounding: number;
  /** eigenvalues of (Σ₁Σ₂)^½ */
  readonly spectrum: Float64Array;
}

/** Σ 2|δ|u + u², δ the difference of two means and u what they may be off by; none where the rests of their rounding are known. */
function roundingOfMeans(reference: FactoredGaussian, generated: FactoredGaussian): number {
  if (reference.meanRest !== undefined && generated.meanRest !== undefined) return 0;
  const terms = meanDifference(reference, generated).map((difference, j) => {
    const off = [reference, generated].reduce(
      (sum, { mean, kept }) => sum + (kept?.unitRoundoff ?? Number.EPSILON / 2) * Math.abs(mean[j]!),
      0,
    );
    return 2 * Math.abs(difference) * off + off ** 2;
  });
  return compensatedSum(terms);
}

/** What covariances kept in few digits leave of the value: distances add up, squares of them do not. */
function roundingOfKept(...sides: readonly FactoredGaussian[]): number {
  return sides.reduce((sum, { kept }) => sum + Math.sqrt(kept?.ofCovariance ?? 0), 0) ** 2;
}

/** The Fréchet distance of two sets, with what its warnings and its interval are made of. */
export async function frechetOfSets(
  metric: string,
  { sets, algebra }: Pick<Evaluation, 'sets' | 'algebra'>,
): Promise<FrechetOfSets> {
  const reference = await gaussianOfSet(sets.reference, metric, algebra);
  const generated = await gaussianOfSet(sets.generated, metric, algebra);
  const d = generated.mean.length;
  requireEqualWidth(sets, reference.mean.length, d);
  requireSquares(sets, metric);
  const spectrum = await algebra.squareRootSpectrum(reference.factor, generated.factor);
  const value = frechetDistanceOfParts(reference, generated, compensatedSum(spectrum));
  const totalVariance = reference.totalVariance + generated.totalVariance;
  const unbiased = reference.n === null ? 'generated' : generated.n === null ? 'reference' : 'both';
  const storageRounding = roundingOfMeans(reference, generated) + roundingOfKept(reference, generated);
  const ranks = { reference: rankOfGaussian(reference), generated: rankOfGaussian(generated) };
  const found = { value, d, ranks, spectrum, totalVariance, storageRounding, unbiased } as const;
  const known = [reference, generated].filter(({ n }) => n !== null);
  if (known.length === 0 || known.some(({ n }) => n! <= d)) return { ...found, limit: null };
  const bias = known.reduce(
    (sum, { n, totalVariance }) => sum + frechetBiasSlope(spectrum, totalVariance) / n!,
    0,
  );
  return { ...found, limit: value - bias };
}

/** The Fréchet distance of two sets; a set's Gaussian is factored once, however often it is compared with. */
export async function frechetDistanceOfSets(
  metric: string,
  evaluation: Pick<Evaluation, 'sets' | 'algebra'>,
): Promise<number> {
  return (await frechetOfSets(metric, evaluation)).value;
}

/** A bias that is large beside the value: by the formula for independent images, else by half-samples within the sampling design. */
export async function biasDoubts(
  metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>,
  { sets, algebra, isIndependent }: Pick<Evaluation, 'sets' | 'algebra' | 'isIndependent'>,
  { value, limit, unbiased, d }: FrechetOfSets,
): Promise<readonly Warning[]> {
  const counts = countsOf(sets);
  const known = SIDES.map((side) => counts[side]).filter((n) => n !== null);
  if (limit === null) return [];
  const few = Math.min(...known) < FIRST_ORDER * d;
  if (isIndependent) {
    return biasWarnings({
      value,
      limit,
      counts,
      side: unbiased,
      by: 'the bias of Gaussian embeddings to first order in 1/n',
      ...(few && {
        unsure: `with fewer than ${countText(FIRST_ORDER * d)} images, ${FIRST_ORDER} for each dimension, no asymptotic value can be estimated`,
      }),
    });
  }
  if (few) return [];
  const halves = await meanOverHalves(sets, {
    metric,
    algebra,
    evaluate: (left) => frechetDistanceOfSets(metric.id, { sets: left, algebra }),
  });
  if (halves === null) return [];
  return biasWarnings({ value, limit: 2 * value - halves, counts, side: unbiased, by: HALVES });
}

const HALVES = 'half-samples within the sampling design';

const normalityOfSet = memoized(
  async ({ embeddings }: EmbeddedSet, algebra: Algebra): Promise<Normality | null> =>
    embeddings === null ? null : normalityOf(embeddings, algebra),
);

/** How the embeddings of each side fit the Gaussian that stands for them. */
export async function gaussianFits(
  metric: string,
  { sets, algebra }: Pick<Evaluation, 'sets' | 'algebra'>,
): Promise<Record<keyof Comparison, GaussianFit>> {
  const fitOf = async (set: EmbeddedSet): Promise<GaussianFit> => ({
    effectiveRank: await effectiveRank(await gaussianOfSet(set, metric, algebra), algebra),
    normality: await normalityOfSet(set, algebra),
  });
  return { reference: await fitOf(sets.reference), generated: await fitOf(sets.generated) };
}
