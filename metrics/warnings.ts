import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import { countText, errorText, numberText } from '../numerics/number-text.js';
import { SIDES } from './comparable-sets.js';
import { pairWarnings } from './design/pairing.js';
import type { SamplingDesign } from './design/sampling-design.js';
import { type LimitBounds, outOfBounds, UNBOUNDED } from './intervals/limit-bounds.js';
import type { Normality } from './mardia.js';
import type { Comparison, MetricValue } from './metric-definition.js';
import { repeatedRowCount } from './overlap.js';

/** A bias of more than this share of the value is worth a warning. */
const BIAS_WARNING_THRESHOLD = 0.1;

/** What tells that a covariance is singular, whatever its file says of n. */
export interface CovarianceRank {
  readonly rank: number;
  /** features that are not the same in all images */
  readonly varying: number;
}

/** A covariance of n images has at most rank n − 1: with n ≤ d it is singular. Where n does not tell, its rank does. */
export function rankWarnings(
  sets: Comparison,
  d: number,
  ranks: Partial<Readonly<Record<keyof Comparison, CovarianceRank>>>,
): readonly Warning[] {
  return SIDES.flatMap((side) => {
    const found = ranks[side];
    if (found === undefined) return [];
    const { n, source } = sets[side];
    const { rank, varying } = found;
    if (sets[side].embeddings === null && n !== null && rank >= n) {
      const message = `${source} says n = ${countText(n)} and has a covariance of rank ${countText(rank)}, but ${countText(n)} images give rank ${countText(n - 1)} at most: n or the covariance is wrong`;
      return [{ code: 'CONTRADICTORY_STATISTICS', message }];
    }
    const because =
      n !== null && n <= d
        ? `${source} has ${countText(n)} images for ${countText(d)} dimensions: its covariance is singular, and the value depends more on n than on the images`
        : rank < varying
          ? `the covariance of ${source} has rank ${countText(rank)} for ${countText(d)} dimensions: it is singular, as for ${countText(rank + 1)} different images, and the value may depend more on the rank than on the images`
          : undefined;
    return because === undefined ? [] : [{ code: 'RANK_DEFICIENT_COVARIANCE', message: because }];
  });
}

/**
 * A Fréchet distance so small that rounding of the covariances could explain it, as where the features' variances differ by orders of magnitude.
 *
 * @param totalVariance  the sum of both sides' traces, of which d·ε may be rounding
 * @param storageRounding  what rounding of the means themselves, and of moments kept in few digits, may add
 */
export function roundingWarnings(
  value: number,
  {
    totalVariance,
    d,
    storageRounding,
  }: { readonly totalVariance: number; readonly d: number; readonly storageRounding: number },
): readonly Warning[] {
  const rounding = d * Number.EPSILON * totalVariance + storageRounding;
  if (!(value > 0 && BIAS_WARNING_THRESHOLD * value < rounding)) return [];
  return [
    {
      code: 'WITHIN_ROUNDING',
      message: `rounding alone may give ${errorText(rounding)}, at a total variance of ${errorText(totalVariance)}: the value cannot be distinguished from 0 numerically`,
    },
  ];
}

/** Fourth moments off by half, or third ones as of exponential features: far from what sampling makes of a normal distribution. */
const NORMALITY_WARNING_THRESHOLD = { kurtosis: 1.5, skewness: 3 };

/** Embeddings far from normal: two Gaussians then say little of the sets. */
export function normalityWarnings(
  sets: Comparison,
  normality: Readonly<Record<keyof Comparison, Normality | null>>,
): readonly Warning[] {
  return SIDES.flatMap((side) => {
    const found = normality[side];
    if (found === null) return [];
    const { components, skewness, kurtosis } = found;
    const { kurtosis: most, skewness: steepest } = NORMALITY_WARNING_THRESHOLD;
    if (kurtosis < most && kurtosis > 1 / most && skewness < steepest) return [];
    const shown = `Mardia's kurtosis is ${numberText(kurtosis)} times that of a normal distribution, and the skewness ${numberText(skewness)} a component`;
    return [
      {
        code: 'NOT_NORMAL',
        message: `the embeddings of ${sets[side].source} are far from normal: ${shown}, on ${countText(components)} principal components. A Fréchet distance compares means and covariances only`,
      },
    ];
  });
}

/**
 * Whose bias a value has: `alone` is that of a metric which looks at the generated images alone, `rest of the reference` that of one which
 * has taken out the generated side's.
 */
export type BiasedSide = keyof Comparison | 'both' | 'alone' | 'rest of the reference';

/** How many images each side has; null where it is not known. */
export type SideCounts = Readonly<Record<keyof Comparison, number | null>>;

export function countsOf({ reference, generated }: Comparison): SideCounts {
  return { reference: reference.n, generated: generated.n };
}

/** ` at n = 1,000`, ` at n = 57 : 431 (reference : generated)`; of the sides that the bias is of. */
function atCounts({ reference, generated }: SideCounts, side: BiasedSide): string {
  const at = (n: number | null, whose = '') => (n === null ? '' : ` at n = ${countText(n)}${whose}`);
  if (side === 'reference' || side === 'rest of the reference') return at(reference, ' of the reference');
  if (side === 'generated') return at(generated, ' of the generated side');
  if (side === 'alone' || reference === generated) return at(generated);
  const [first, second] = [reference, generated].map((n) => (n === null ? '?' : countText(n)));
  return ` at n = ${first} : ${second} (reference : generated)`;
}

/** Which n grows in the asymptotic value: a fixed side keeps its own bias. */
const GROWING_N = {
  both: 'as n → ∞ on both sides',
  alone: 'as n → ∞',
  reference: 'as n → ∞ of the reference, with these generated images',
  'rest of the reference': 'as n → ∞ on both sides',
  generated: 'as n → ∞ of the generated set, with this reference',
};

/**
 * A bias larger than a tenth of the value, with the bias-corrected estimate (n → ∞).
 *
 * @param limit  the asymptotic value: the value less its bias, estimated; null where it cannot be
 */
export function biasWarnings({
  value,
  limit,
  counts,
  side = 'both',
  by,
  error = null,
  bounds = UNBOUNDED,
  unsure,
}: {
  readonly value: number;
  readonly limit: number;
  readonly counts: SideCounts;
  /** whose bias it is, where the other's is out already or not known */
  readonly side?: BiasedSide;
  /** how the asymptotic value was found: there are several ways, and they differ */
  readonly by: string;
  /** standard error of the value, where it is known */
  readonly error?: number | null;
  /** the range of the asymptotic value */
  readonly bounds?: LimitBounds;
  /** why the asymptotic value cannot be estimated: the bias is that and more */
  readonly unsure?: string;
}): readonly Warning[] {
  const bias = value - limit;
  if (!(Math.abs(bias) > BIAS_WARNING_THRESHOLD * Math.abs(value))) return [];
  const shown = (one: number) => numberText(one, { error });
  const direction = bias > 0 ? 'upwards' : 'downwards';
  const beyond = outOfBounds(limit, bounds);
  const about = `biased ${direction}${atCounts(counts, side)} by about ${shown(Math.abs(bias))} of ${shown(value)}`;
  if (unsure !== undefined) {
    return [{ code: 'BIASED_AT_N', message: `${about}, and by more than that: ${unsure}` }];
  }
  const rest =
    value >= 0 && limit <= 0
      ? 'The bias-corrected estimate is not above 0'
      : `Estimated value ${GROWING_N[side]}: ${shown(limit)} (by ${by})${beyond === undefined ? '' : `, ${beyond}: too few images to estimate it`}`;
  return [
    {
      code: 'BIASED_AT_N',
      message: `${about}. ${rest}`,
    },
  ];
}

/**
 * An unbiased estimate of a squared distance that came out below zero, explained. Of sets that are not independent nothing is said: pairs, and fixed
 * counts of each class, make it lower than chance does.
 */
export function negativeWarnings(value: number, isIndependent: boolean): readonly Warning[] {
  if (!(value < 0) || !isIndependent) return [];
  return [
    {
      code: 'NEGATIVE_ESTIMATE',
      message:
        'negative, as an unbiased estimate can be when the distance is small relative to its standard error: no evidence of a difference at this n',
    },
  ];
}

/** Sets that are not independent: images in both, or pairs of images. */
export function sharedWarnings(sets: Comparison, design: SamplingDesign): readonly Warning[] {
  const { n } = design.sides.generated;
  const isSame = 2 * design.shared.exact > n; // one set, or nearly: pairs say nothing more
  return [...duplicateWarnings(sets, design), ...(isSame ? [] : pairWarnings(sets))];
}

/** Images that are in both sets: a generator that copies, or a file in the wrong folder. */
function duplicateWarnings(
  { reference, generated }: Comparison,
  { shared: { exact, near }, pairs }: SamplingDesign,
): readonly Warning[] {
  const images = (count: number) => (count === 1 ? '1 image' : `${countText(count)} images`);
  const have = (count: number) => (count === 1 ? 'has' : 'have');
  const equal = `${images(exact)} ${have(exact)} exactly the same embedding in ${generated.source} as in ${reference.source}: check whether they are the same files`;
  const close = `${images(near)} of ${generated.source} ${have(near)} almost the same embedding as one image of ${reference.source}, far nearer than any other: check whether the generator copies reference images`;
  return [
    ...(exact === 0 ? [] : [{ code: 'DUPLICATES_BETWEEN_SIDES', message: equal }]),
    ...(near === 0 || pairs > 0 ? [] : [{ code: 'NEAR_COPIES_BETWEEN_SIDES', message: close }]),
  ];
}

/** More equal images than this share of a side are worth a warning: most collections hold a few. */
const REPETITION_WARNING_THRESHOLD = 0.01;

/** Images that one set holds more than once, by their embeddings: fewer are different than n says. */
export function repetitionWarnings(sets: readonly EmbeddedSet[]): readonly Warning[] {
  return sets.flatMap(({ source, embeddings }) => {
    if (embeddings === null) return [];
    const { n } = embeddings;
    const repeated = repeatedRowCount(embeddings);
    if (repeated <= REPETITION_WARNING_THRESHOLD * n || repeated === n - 1) return []; // identical images have a warning of their own
    const images =
      repeated === 1 ? `1 image of ${source} has` : `${countText(repeated)} images of ${source} have`;
    return [
      {
        code: 'DUPLICATES_WITHIN_SIDE',
        message: `${images} exactly the same embedding as an earlier image: ${countText(n - repeated)} of ${countText(n)} are different`,
      },
    ];
  });
}

function isLossy(set: EmbeddedSet): boolean {
  return set.warnings.some(({ code }) => code === 'LOSSY_IMAGES');
}

/** Lossy files on one side only: compression is then part of what is measured. */
export function lossyWarnings(sets: Comparison): readonly Warning[] {
  const lossy = SIDES.filter((side) => isLossy(sets[side]));
  if (lossy.length !== 1) return [];
  const [side] = lossy;
  const other = side === 'reference' ? 'generated' : 'reference';
  if (sets[other].encoder.origin === 'unknown') return []; // its file does not say what the images were
  return [
    {
      code: 'LOSSY_ON_ONE_SIDE',
      message: `${sets[side!].source} holds lossy images and ${sets[other].source} does not: the value measures the compression too`,
    },
  ];
}

/** The value with more warnings. */
export function withWarnings(value: MetricValue, warnings: readonly Warning[]): MetricValue {
  return warnings.length === 0 ? value : { ...value, warnings: [...value.warnings, ...warnings] };
}
