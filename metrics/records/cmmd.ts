import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { type Algebra, plainAlgebra } from '../../numerics/algebra.js';
import { FLOAT32_SCATTER_ERROR } from '../../numerics/fast-scatter.js';
import { memoized } from '../../numerics/memoized.js';
import { boundText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import {
  CMMD_KERNEL,
  CMMD_SCALE,
  type CmmdAccuracy,
  cmmdByMoments,
  cmmdOfSums,
  cmmdSums,
  LARGEST_CMMD,
} from '../cmmd.js';
import { requireEach, requireEmbeddingPair } from '../comparable-sets.js';
import { mmdInfluence } from '../image-influence.js';
import { jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import { NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { mmdIntervalsOfSides } from '../intervals/mmd-interval.js';
import { withBiasFound, withIntervals } from '../intervals/with-intervals.js';
import type {
  Comparison,
  KernelFamily,
  MetricDefinition,
  MetricOf,
  MetricValue,
} from '../metric-definition.js';
import { type Evaluation, metricDefinition } from '../metric-record.js';
import { momentsOfSet } from '../set-gaussian.js';
import type { MmdEstimator } from '../squared-mmd.js';
import { biasWarnings, countsOf, negativeWarnings } from '../warnings.js';
import { CMMD_FORM } from './parameters.js';
import { CLIP_RANGE } from './preprocessings.js';

/** The set with its rows divided by their lengths. */
function unitSet(set: EmbeddedSet, vectors: Rows): EmbeddedSet {
  return { ...set, embeddings: unitRows(vectors, set.source), logits: null, moments: null };
}

/** What float32 products may leave of ‖E xxᵀ‖ of unit vectors: a share of Σ ‖x‖²/n = 1, and 1 % for the rounding of x itself. */
const FLOAT32_MOMENTS = 1.01 * FLOAT32_SCATTER_ERROR;

/** The two-moment form: for sets too large for all pairs. */
async function valuesByMoments(
  id: string,
  estimator: MmdEstimator,
  { sets, algebra, interval, isIndependent }: Omit<Evaluation, 'parameters'>,
): Promise<readonly MetricValue[]> {
  const pair = requireEmbeddingPair(sets, id, 2);
  const unit = {
    reference: unitSet(sets.reference, pair.reference),
    generated: unitSet(sets.generated, pair.generated),
  };
  const evaluate = async (left: Comparison) => {
    const products = 'float32';
    const reference = await momentsOfSet(left.reference, id, algebra, { products });
    const generated = await momentsOfSet(left.generated, id, algebra, { products });
    return cmmdByMoments({ reference, generated }, estimator, { momentError: FLOAT32_MOMENTS });
  };
  const { value, errorBound } = await evaluate(unit);
  const message = `from the first two moments alone, off by at most ${boundText(errorBound)}`;
  const warnings = [{ code: 'APPROXIMATE', message }, ...negativeWarnings(value, isIndependent)];
  const values = [{ id, value, warnings }];
  if (interval === null) return values;
  const intervals = await jackknifeOfMetric(unit, {
    metric: { id, uses: 'moments', sides: 'both' },
    whole: [value],
    level: interval.level,
    bias: estimator === 'unbiased' ? 'none' : 'removed',
    algebra,
    evaluate: async (left) => [(await evaluate(left.sets)).value],
  });
  return withIntervals(values, intervals, NOT_NEGATIVE).map((found) => withBiasFound(found, countsOf(sets)));
}

function cmmdRecord(
  id: string,
  estimator: MmdEstimator,
  {
    label,
    ...words
  }: Pick<MetricDefinition, 'title' | 'formula' | 'agreesWith' | 'disagreements'> & {
    readonly label: string;
  },
): MetricOf<KernelFamily> {
  return metricDefinition({
    id,
    ...words,
    family: {
      kind: 'kernel',
      estimator,
      scale: CMMD_SCALE,
      vectors: 'unit',
      kernelOf: () => CMMD_KERNEL,
      allPairs: null,
      byMoments: cmmdByMoments,
    },
    isUnbiased: estimator === 'unbiased',
    cost: 'kernel',
    curves: 'family',
    subsets: 'family',
    repeats: 'many',
    note: 'CMMD is given as 1000 times the squared distance.',
    source: 'Jayasumana et al. 2024, arXiv:2401.09603',
    bias:
      estimator === 'unbiased'
        ? 'none; the value may be below 0'
        : 'upwards, by 1000·(1 − mean k)/n for each set, with the mean over its pairs i ≠ j',
    invariantUnder: ['rotation'],
    encoder: 'clip-vit-l-14-336',
    preprocessing: {
      resize: 336,
      resample: 'pillow-bicubic',
      crop: 'center-square-first',
      range: CLIP_RANGE,
    },
    uses: 'embeddings',
    sides: 'both',
    parameters: CMMD_FORM,
    results: [
      {
        id,
        label,
        role: 'quality',
        direction: 'lower-is-better',
        range: [estimator === 'biased' ? 0 : null, LARGEST_CMMD],
        atEquality: estimator === 'biased' ? 0 : null,
        symmetric: true,
        units: '1000 × squared MMD',
      },
    ],
    requireImages: (counts, { cmmdForm }) =>
      requireEach(counts, id, estimator === 'unbiased' || cmmdForm === 'two-moment' ? 2 : 1), // a covariance needs 2
    compute: async (evaluation) => {
      const { sets, parameters, algebra, interval, isIndependent } = evaluation;
      const form = parameters.cmmdForm;
      if (form === 'two-moment') return valuesByMoments(id, estimator, evaluation);
      const pair = requireEmbeddingPair(sets, id, estimator === 'unbiased' ? 2 : 1);
      const names = { reference: sets.reference.source, generated: sets.generated.source };
      const sums = await SUMS[form](sets, id, { least: estimator === 'unbiased' ? 2 : 1, algebra });
      const value = cmmdOfSums(sums, estimator);
      const limit = pair.reference.n > 1 && pair.generated.n > 1 ? cmmdOfSums(sums, 'unbiased') : value;
      const rounded = {
        code: 'APPROXIMATE',
        message: 'from products rounded where that will do, off by at most 1e-6',
      };
      const warnings = [
        ...(form === 'pairs' ? [] : [rounded]),
        ...negativeWarnings(value, isIndependent),
        ...(isIndependent
          ? biasWarnings({ value, limit, counts: countsOf(sets), by: 'the unbiased form' })
          : []),
      ];
      const values = [{ id, value, warnings }];
      if (interval === null) return values;
      const unit = {
        first: unitRows(pair.reference, names.reference),
        second: unitRows(pair.generated, names.generated),
      };
      const intervals = await mmdIntervalsOfSides(sets, sums, {
        rows: unit,
        kernel: CMMD_KERNEL,
        scale: CMMD_SCALE,
        level: interval.level,
        algebra,
      });
      const found = withIntervals(values, intervals, NOT_NEGATIVE);
      return isIndependent ? found : found.map((one) => withBiasFound(one, countsOf(sets)));
    },
    influence: async (sets, { cmmdForm }, { algebra = plainAlgebra }) => {
      const form = cmmdForm === 'rounded-pairs' ? 'rounded-pairs' : 'pairs';
      const { embeddings } = sets.generated;
      if (cmmdForm === 'two-moment' || embeddings === null || embeddings.n < 3) return null;
      const sums = await SUMS[form](sets, id, { least: 2, algebra });
      return mmdInfluence(sums, estimator).map((effect) => CMMD_SCALE * effect);
    },
  });
}

/** The sums of two sets, kept as long as the sets are: both estimators and the images' influence are made of them. */
function sumsOf(accuracy: CmmdAccuracy) {
  return memoized(
    (
      sets: Comparison,
      id: string,
      { least, algebra }: { readonly least: number; readonly algebra: Algebra },
    ) => {
      const names = { reference: sets.reference.source, generated: sets.generated.source };
      return cmmdSums(requireEmbeddingPair(sets, id, least), algebra, accuracy, names);
    },
  );
}

const SUMS = { pairs: sumsOf('mean'), 'rounded-pairs': sumsOf('rounded') } as const;

export const cmmdUnbiased = cmmdRecord('cmmd', 'unbiased', {
  label: 'CMMD',
  title: 'CLIP MMD, unbiased (U-statistic)',
  formula: '1000·MMD²ᵤ, k(x, y) = exp(−‖x − y‖²/(2·10²)) of unit vectors, pairs i ≠ j',
  agreesWith: "the paper's unbiased estimator, in float64",
  disagreements: [
    'google-research/cmmd and cmmd-pytorch compute the biased estimator, in float32: larger by about 5/n + 5/m (see cmmd-v).',
  ],
});

export const cmmdBiased = cmmdRecord('cmmd-v', 'biased', {
  label: 'CMMD-V',
  title: 'CLIP MMD, biased (V-statistic), as released',
  formula: '1000·MMD²ᵥ, k(x, y) = exp(−‖x − y‖²/(2·10²)) of unit vectors, all pairs',
  agreesWith: 'google-research/cmmd and cmmd-pytorch, to their float32 noise of 1e-4',
  disagreements: [
    'google-research/cmmd drops the last incomplete batch of 32 images of each side; here every image counts.',
    'Both tile two-dimensional images, palette indices among them, and fail on alpha; here images are read as RGB first.',
  ],
});
