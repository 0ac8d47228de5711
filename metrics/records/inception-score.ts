import type { Warning } from '../../encoders/encoder.js';
import type { Algebra } from '../../numerics/algebra.js';
import {
  type ClassMarginals,
  classMarginals,
  mergeMarginals,
  removeMarginals,
} from '../../numerics/class-marginals.js';
import { countText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { inFileOrder } from '../canonical-order.js';
import { requireLogits } from '../comparable-sets.js';
import { samplingDesign } from '../design/sampling-design.js';
import {
  inceptionLogBias,
  inceptionScore,
  inceptionScoreOf,
  inceptionScoreOfMarginals,
  inceptionScoreStandardError,
  requireSplits,
  type SplitRule,
  type Splitting,
  splitBorders,
} from '../inception-score.js';
import { deleteGroupJackknife, JACKKNIFE_GROUPS, randomGroups } from '../intervals/delete-group-jackknife.js';
import type { IntervalsOf } from '../intervals/jackknife-of-metric.js';
import { FEWEST_FOR_JACKKNIFE, GROUP_SEED, jackknifeOfMetric } from '../intervals/jackknife-of-metric.js';
import type { LimitBounds } from '../intervals/limit-bounds.js';
import { withBiasFound, withIntervals } from '../intervals/with-intervals.js';
import type { Comparison, MetricValue, Parameters } from '../metric-definition.js';
import { metricDefinition } from '../metric-record.js';
import { biasWarnings, countsOf } from '../warnings.js';
import { SEED } from './parameters.js';
import { INCEPTION_TF } from './preprocessings.js';

/** Random groups for the jackknife; all images in one where there are too few. */
function isGroups(n: number): readonly Uint32Array[] {
  if (n < FEWEST_FOR_JACKKNIFE) return [Uint32Array.from({ length: n }, (_, i) => i)];
  return randomGroups({ n, groups: JACKKNIFE_GROUPS, seed: GROUP_SEED });
}

/** With fewer images for each class that the score counts, its bias is no multiple of 1/n. */
const FEWEST_FOR_LIMIT = 10;

function tooFewForLimit(
  value: number,
  n: number,
  images = 'images',
): { readonly reason: string } | undefined {
  if (n < FEWEST_FOR_JACKKNIFE) {
    return {
      reason: `there are ${countText(n)} ${images}, and an interval needs at least ${FEWEST_FOR_JACKKNIFE}`,
    };
  }
  if (n >= FEWEST_FOR_LIMIT * value) return undefined;
  return {
    reason: `there are ${countText(n)} ${images}, fewer than ${FEWEST_FOR_LIMIT} for each of about ${countText(Math.round(value))} classes`,
  };
}

/**
 * The interval of the score's asymptotic value, by a jackknife of the score of one split: the splits of the protocol would only add their
 * own randomness to it.
 */
function oneSplitIntervals(
  groups: readonly ClassMarginals[],
  { level }: { readonly level: number },
): IntervalsOf {
  const whole = groups.reduce(mergeMarginals);
  if (groups.length === 1) {
    return { reason: `there are ${whole.n} images, and an interval needs at least ${FEWEST_FOR_JACKKNIFE}` };
  }
  const value = inceptionScoreOfMarginals(whole);
  const few = tooFewForLimit(value, whole.n);
  if (few !== undefined) return few;
  const half = groups.length / 2;
  const estimate = deleteGroupJackknife({
    value,
    replicates: groups.map((part) => inceptionScoreOfMarginals(removeMarginals(whole, part))),
    halves: [groups.slice(0, half), groups.slice(half)].map((parts) =>
      inceptionScoreOfMarginals(parts.reduce(mergeMarginals)),
    ),
    level,
    bias: 'removed',
    splits: 'one',
    scale: 'logarithm', // the mutual information's bias, which is a multiple of 1/n before the score's
  });
  return { estimates: [estimate] };
}

/**
 * The same where images are not independent, by groups that keep to the sampling design. The standard error is that of one split, whose first
 * order is the score's with all its splits.
 */
async function intervalsByDesign(
  values: readonly MetricValue[],
  { sets, level, algebra }: { readonly sets: Comparison; readonly level: number; readonly algebra: Algebra },
): Promise<readonly MetricValue[]> {
  const logits = requireLogits(sets.generated, 'is');
  const scoreOf = (vectors: Rows) =>
    inceptionScoreOf(
      vectors,
      Uint32Array.from({ length: vectors.n }, (_, i) => i),
    );
  const whole = scoreOf(logits);
  const { units } = (await samplingDesign(sets, algebra, 'thorough')).sides.generated;
  const few = tooFewForLimit(whole, units, 'independent images');
  const intervals =
    few ??
    (await jackknifeOfMetric(sets, {
      metric: { id: 'is', uses: 'logits', sides: 'generated' },
      whole: [whole],
      level,
      bias: 'removed',
      scale: 'logarithm',
      splits: 'one',
      algebra,
      evaluate: async (left) => [scoreOf(left.sets.generated.logits!)],
    }));
  return withIntervals(values, intervals, inceptionScoreBounds(logits));
}

/** With hardly more images than classes among them, the score is near the number of images. */
export function fewForClasses(score: number, images: number, where: string): readonly Warning[] {
  if (!(images < 2 * score)) return [];
  return [
    {
      code: 'FEW_FOR_CLASSES',
      message: `${where} ${countText(images)} images, less than two for each of about ${countText(Math.round(score))} classes: the score depends more on n than on the images, and its asymptotic value is unreliable`,
    },
  ];
}

/** The score is the number of classes where they are equally frequent and each image shows one. */
export function inceptionScoreBounds(logits: Rows): LimitBounds {
  return { low: 1, high: logits.d, highIs: 'the number of classes' };
}

function ruleOf({ isSplits, isSplitting }: Parameters): SplitRule {
  return { splits: Number(isSplits), splitting: isSplitting as Splitting };
}

/** (splits) */
function splitSizes(n: number, rule: SplitRule): readonly number[] {
  const borders = splitBorders(n, rule);
  return borders.slice(1).map((end, i) => end - borders[i]!);
}

/** The harmonic mean of the splits' sizes, at which the mean bias of the splits is found. */
function imagesOfSplit(sizes: readonly number[]): number {
  return sizes.length / sizes.reduce((sum, size) => sum + 1 / size, 0);
}

function splitsText(splits: number, { splitting }: SplitRule): string {
  if (splitting !== 'chunks-of-5000') return `${splits} splits`;
  return `${splits} chunks of 5,000`;
}

export const is = metricDefinition({
  id: 'is',
  family: { kind: 'inception-score', splitsOf: ruleOf },
  isUnbiased: false,
  cost: 'logits',
  curves: 'family',
  subsets: 'family',
  repeats: 'many',
  title: 'Inception Score',
  formula: 'mean over splits of exp(mean KL(p(y|x) ‖ p(y)))',
  source: 'Salimans et al. 2016, arXiv:1606.03498',
  agreesWith:
    'torch-fidelity 0.4: unbiased logits of 1,008 classes, permutation of RandomState(2020), every row used, standard deviation with divisor 10',
  disagreements: [
    'torchmetrics shuffles without a seed, uses chunks of equal size, of which there may be fewer than 10, and computes the standard deviation with divisor 9.',
    'guided-diffusion uses chunks of 5,000 without shuffling, as do `isSplitting` = `chunks-of-5000` and --protocol adm.',
    'dgm-eval drops the last n mod 10 images.',
    'FID-infinity uses another network (torchvision’s, 1,000 classes, with bias).',
  ],
  bias: 'downwards, by about c/n, with n the images in a split',
  invariantUnder: [],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'logits',
  sides: 'generated',
  parameters: {
    isSplits: { kind: 'whole', default: 10, least: 1, words: 'splits', flag: null },
    isSplitting: {
      kind: 'choice',
      default: 'permuted',
      choices: ['permuted', 'chunks-of-5000'],
      words: 'splitting',
      flag: null,
    },
    seed: SEED,
  },
  results: [
    {
      id: 'is',
      label: 'IS',
      role: 'quality',
      direction: 'higher-is-better',
      range: [1, null],
      highIs: 'the number of classes',
      atEquality: null,
      symmetric: false,
      units: 'effective number of classes',
    },
  ],
  requireImages: ({ generated: { n } }, parameters) => {
    if (n !== null) requireSplits(n, { ...ruleOf(parameters), where: 'is' });
  },
  compute: async ({ sets, parameters, algebra, interval, isIndependent }) => {
    const { seed } = parameters;
    const rule = ruleOf(parameters);
    const logits = requireLogits(sets.generated, 'is');
    const inFile = requireLogits(inFileOrder(sets.generated), 'is'); // torch-fidelity permutes rows, guided-diffusion takes them in order
    const scored = inceptionScore(inFile, { ...rule, seed, where: 'is' });
    const { value, spread } = scored;
    const splits = scored.splits.length;
    const sizes = splitSizes(logits.n, rule);
    const marginals = isGroups(logits.n).map((indices) => classMarginals(logits, indices));
    const logBias = inceptionLogBias(marginals.reduce(mergeMarginals), imagesOfSplit(sizes));
    const bounds = inceptionScoreBounds(logits);
    const counts = countsOf(sets);
    const few = fewForClasses(value, Math.min(...sizes), 'a split has');
    const bias =
      !isIndependent || logBias === undefined || few.length > 0
        ? few
        : biasWarnings({
            value,
            limit: value * Math.exp(logBias),
            counts,
            side: 'alone',
            by: 'the bias of one split',
            bounds,
          });
    const values = [
      {
        id: 'is',
        value,
        ...(splits > 1 && { spread: { value: spread, of: splitsText(splits, rule) } }),
        warnings: bias,
      },
    ];
    if (interval === null) return values;
    if (!isIndependent) {
      const found = await intervalsByDesign(values, { sets, algebra, ...interval });
      return found.map((one) => withBiasFound(one, counts, 'alone'));
    }
    const [found] = withIntervals(values, oneSplitIntervals(marginals, interval), bounds);
    if (found!.interval === undefined) return [found!];
    // the interval is of one split's asymptotic value, the standard error of the value with its splits
    const { standardError: _, ...rest } = found!;
    const standardError = inceptionScoreStandardError(inFile, { ...rule, seed });
    const ofValue = standardError === undefined ? rest : { ...rest, standardError };
    return few.length > 0 ? [ofValue] : [withBiasFound(ofValue, counts, 'alone')];
  },
});
