import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Warning } from '../../encoders/encoder.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { fileSets } from '../canonical-order.js';
import { requireEach, requireEmbeddingPair, requireLogits } from '../comparable-sets.js';
import { frechetDistanceOfSets } from '../frechet-of-sets.js';
import { inceptionScoreOf } from '../inception-score.js';
import { type IntervalsOf, jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import { limitWarnings, NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { withBiasFound, withIntervals } from '../intervals/with-intervals.js';
import { LIMIT_SIZES, limitAtInfinity, limitSizes } from '../limit-at-infinity.js';
import type { Comparison } from '../metric-definition.js';
import { metricDefinition, OF_NO_FAMILY } from '../metric-record.js';
import { gaussianOfSet, momentsOfSet, rankOfGaussian } from '../set-gaussian.js';
import { countsOf, rankWarnings } from '../warnings.js';
import { fewForClasses, inceptionScoreBounds } from './inception-score.js';
import { SEED } from './parameters.js';
import { INCEPTION_TF } from './preprocessings.js';

const SOURCE = 'Chong & Forsyth 2020, arXiv:1911.07023';

const NONE = new Uint32Array(0);

/** The set as if it held these embeddings alone. */
function withEmbeddings(set: EmbeddedSet, embeddings: Rows): EmbeddedSet {
  return { ...set, n: embeddings.n, ids: null, embeddings, logits: null, moments: null };
}

/** Covariances of no more images than dimensions are singular, and FID there is not a line in 1/N. */
function lineWarnings({ n, d }: Rows, where: string): readonly Warning[] {
  const sizes = limitSizes(n, where).filter((size) => size <= d);
  if (sizes.length === 0) return [];
  return [
    {
      code: 'RANK_DEFICIENT_COVARIANCE',
      message: `${sizes.length} of the fit’s ${LIMIT_SIZES} sizes, from ${sizes[0]} images, have no more images than the ${d} dimensions: FID is not linear in 1/N there, so the asymptotic value is unreliable`,
    },
  ];
}

/**
 * Bias in 1/n of FID that comes of the reference, which the line leaves in: by a jackknife at all generated images, since the
 * line's draws would add their own noise 19 times over. Null where the reference is known by its statistics alone.
 */
async function biasOfReference(
  { reference, generated }: Comparison,
  algebra: Algebra,
): Promise<number | null> {
  const evaluate = (sets: Comparison) => frechetDistanceOfSets('fid-infinity', { sets, algebra });
  const fixed = {
    ...generated,
    embeddings: null,
    logits: null,
    moments: await momentsOfSet(generated, 'fid-infinity', algebra),
  };
  const whole = await evaluate({ reference, generated: fixed });
  const intervals = await jackknifeOfMetric(
    { reference, generated: fixed },
    {
      metric: { id: 'fid-infinity', uses: 'moments', sides: 'both' },
      whole: [whole],
      level: 0.5,
      bias: 'removed',
      algebra,
      evaluate: async ({ sets }) => [await evaluate(sets)],
    },
  );
  const [estimate] = 'reason' in intervals ? [] : intervals.estimates;
  return estimate === undefined || 'reason' in estimate ? null : whole - estimate.interval.estimate!;
}

/** The interval of the value, moved to be around what is left without the bias. */
function lessBias(intervals: IntervalsOf, value: number, bias: number): IntervalsOf {
  if ('reason' in intervals) return intervals;
  return {
    estimates: intervals.estimates.map((found) => {
      if ('reason' in found) return found;
      const { low, high } = found.interval;
      const interval = {
        ...found.interval,
        low: low - bias,
        high: high - bias,
        of: 'limit' as const,
        estimate: value - bias,
      };
      return { ...found, interval };
    }),
  };
}

export const fidInfinity = metricDefinition({
  id: 'fid-infinity',
  ...OF_NO_FAMILY,
  title: 'Fréchet Inception Distance, extrapolated to n → ∞',
  formula: 'intercept of the least squares line of FID at N against 1/N, 15 sizes N of generated images',
  source: SOURCE,
  agreesWith: 'dgm-eval 0.1.0’s protocol: sizes from min(5000, max(⌊n/10⌋, 2)) to n, full reference',
  disagreements: [
    'dgm-eval and FID_IS_infinity draw without a seed; here RandomState(seed).choice, one size after the other.',
    'FID_IS_infinity takes torchvision’s network on 64-pixel crops: its values are not FID’s.',
  ],
  bias: 'the bias of the generated n is removed to first order; the bias of the reference’s n, upwards, remains',
  invariantUnder: ['rotation', 'shift'],
  encoder: 'inception-v3-fid',
  preprocessing: { resize: 299, resample: 'torch-bilinear', crop: 'none', range: '-1..1' },
  uses: 'embeddings',
  sides: 'both',
  parameters: { seed: SEED },
  results: [
    {
      id: 'fid-infinity',
      label: 'FID∞',
      role: 'quality',
      direction: 'lower-is-better',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units: 'squared distance in embedding space',
    },
  ],
  requireImages: (counts) => {
    requireEach(counts, 'fid-infinity', 2);
    if (counts.generated.n !== null) limitSizes(counts.generated.n, 'fid-infinity');
  },
  compute: async ({ sets: given, parameters, algebra, interval }) => {
    const sets = fileSets(given); // its published program shuffles rows
    const id = 'fid-infinity';
    const { seed } = parameters;
    const { generated } = requireEmbeddingPair(sets, id, 2);
    const limitOf = async (against: EmbeddedSet, excluded: Uint32Array): Promise<number> => {
      const { value } = await limitAtInfinity({ n: generated.n, seed, where: id, excluded }, (indices) => {
        const subset = withEmbeddings(sets.generated, selectRows(generated, indices));
        return frechetDistanceOfSets(id, { sets: { reference: against, generated: subset }, algebra });
      });
      return value;
    };
    const value = await limitOf(sets.reference, NONE);
    const singular = lineWarnings(generated, id);
    const doubts = [
      ...limitWarnings(value, NOT_NEGATIVE),
      ...singular,
      ...rankWarnings(sets, generated.d, {
        reference: rankOfGaussian(await gaussianOfSet(sets.reference, id, algebra)),
      }),
    ];
    const values = [{ id, value, warnings: doubts }];
    if (interval === null) return values;
    if (singular.length > 0)
      return withIntervals(values, { reason: 'the line begins at singular covariances, where it is none' });
    const intervals = await jackknifeOfMetric(sets, {
      metric: { id, uses: 'moments', sides: 'both' },
      whole: [value],
      level: interval.level,
      bias: 'kept',
      algebra,
      evaluate: async ({ sets: left, excluded }) => [await limitOf(left.reference, excluded.generated)],
    });
    const bias = await biasOfReference(sets, algebra);
    const ofLimit = bias === null ? intervals : lessBias(intervals, value, bias);
    const [found] = withIntervals(values, ofLimit, NOT_NEGATIVE);
    return [withBiasFound(found!, countsOf(sets), 'rest of the reference')];
  },
});

export const isInfinity = metricDefinition({
  id: 'is-infinity',
  ...OF_NO_FAMILY,
  title: 'Inception Score, extrapolated to n → ∞',
  formula: 'intercept of the least squares line of the one-split score at N against 1/N, 15 sizes N',
  source: SOURCE,
  agreesWith: 'FID_IS_infinity’s formula with dgm-eval’s sizes',
  disagreements: [
    'FID_IS_infinity starts at 5,000 images, needs more, draws without a seed, and takes torchvision’s network.',
  ],
  bias: 'removed to first order in 1/n',
  invariantUnder: [],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'logits',
  sides: 'generated',
  parameters: { seed: SEED },
  results: [
    {
      id: 'is-infinity',
      label: 'IS∞',
      role: 'quality',
      direction: 'higher-is-better',
      range: [null, null],
      atEquality: null,
      symmetric: false,
      units: 'effective number of classes',
    },
  ],
  requireImages: ({ generated: { n } }) => {
    if (n !== null) limitSizes(n, 'is-infinity');
  },
  compute: async ({ sets: given, parameters, algebra, interval }) => {
    const sets = fileSets(given);
    const id = 'is-infinity';
    const { seed } = parameters;
    const logits = requireLogits(sets.generated, id);
    const limitOf = async (excluded: Uint32Array): Promise<number> => {
      const { value } = await limitAtInfinity({ n: logits.n, seed, where: id, excluded }, async (indices) =>
        inceptionScoreOf(logits, indices),
      );
      return value;
    };
    const value = await limitOf(NONE);
    const bounds = inceptionScoreBounds(logits);
    const few = fewForClasses(value, limitSizes(logits.n, id)[0]!, 'the line begins at');
    const values = [{ id, value, warnings: [...limitWarnings(value, bounds), ...few] }];
    if (interval === null) return values;
    if (few.length > 0) {
      return withIntervals(values, {
        reason: 'the line begins at too few images for the classes that they show',
      });
    }
    const intervals = await jackknifeOfMetric(sets, {
      metric: { id, uses: 'logits', sides: 'generated' },
      whole: [value],
      level: interval.level,
      bias: 'none',
      algebra,
      evaluate: async ({ excluded }) => [await limitOf(excluded.generated)],
    });
    return withIntervals(values, intervals, bounds);
  },
});
