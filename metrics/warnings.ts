import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import { countText, errorText, numberText } from '../numerics/number-text.js';
import type { Rows } from '../numerics/rows.js';
import { SIDES } from './comparable-sets.js';
import { type LimitBounds, outOfBounds, UNBOUNDED } from './intervals/limit-bounds.js';
import type { Comparison, MetricValue } from './metric-definition.js';
import { equalRowCount, pairedImages, pairWarnings, repeatedRowCount } from './overlap.js';

/** A bias of more than this share of the value is worth a warning. */
const TELLING_SHARE = 0.1;

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
    const because =
      n !== null && n <= d
        ? `${source} has ${countText(n)} images for ${countText(d)} dimensions: its covariance is singular, and the value says more about n than about the images`
        : rank < varying
          ? `the covariance of ${source} has rank ${countText(rank)} for ${countText(d)} dimensions: it is singular, as one of ${countText(rank + 1)} different images, and the value may say more about that than about the images`
          : undefined;
    return because === undefined ? [] : [{ code: 'RANK_DEFICIENT_COVARIANCE', message: because }];
  });
}

/**
 * A Fréchet distance that rounding of the covariances alone could leave: far apart as the features' variances are, it is lost in them.
 *
 * @param totalVariance  the sum of both sides' traces, of which d·ε may be rounding
 * @param ofStatistics  what rounding of the means themselves, and of moments kept in few digits, may add
 */
export function roundingWarnings(
  value: number,
  {
    totalVariance,
    d,
    ofStatistics,
  }: { readonly totalVariance: number; readonly d: number; readonly ofStatistics: number },
): readonly Warning[] {
  const rounding = d * Number.EPSILON * totalVariance + ofStatistics;
  if (!(value > 0 && TELLING_SHARE * value < rounding)) return [];
  return [
    {
      code: 'WITHIN_ROUNDING',
      message: `rounding may leave ${errorText(rounding)} of a total variance of ${errorText(totalVariance)}: the sets cannot be told apart by it`,
    },
  ];
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

/** What a limit is without: against a fixed reference it keeps the bias of that. */
const WITHOUT_END = {
  both: 'images without end on both sides',
  alone: 'images without end',
  reference: 'reference images without end against these generated ones',
  'rest of the reference': 'images without end on both sides',
  generated: 'generated images without end against this reference',
};

/**
 * A bias larger than a tenth of the value, with the limit that the value tends to as images are added.
 *
 * @param limit  the value less its bias, estimated; null where it cannot be
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
  /** how the limit was found: there are several ways, and they differ */
  readonly by: string;
  /** standard error of the value, where it is known */
  readonly error?: number | null;
  /** what the limit can be */
  readonly bounds?: LimitBounds;
  /** why there is no telling the limit: the bias is that and more */
  readonly unsure?: string;
}): readonly Warning[] {
  const bias = value - limit;
  if (!(Math.abs(bias) > TELLING_SHARE * Math.abs(value))) return [];
  const shown = (one: number) => numberText(one, { error });
  const direction = bias > 0 ? 'upwards' : 'downwards';
  const beyond = outOfBounds(limit, bounds);
  const about = `biased ${direction}${atCounts(counts, side)} by about ${shown(Math.abs(bias))} of ${shown(value)}`;
  if (unsure !== undefined) {
    return [{ code: 'BIASED_AT_N', message: `${about}, and by more than that: ${unsure}` }];
  }
  const rest =
    value >= 0 && limit <= 0
      ? 'no difference of the sets shows beyond it'
      : `the limit for ${WITHOUT_END[side]} is estimated at ${shown(limit)} by ${by}${beyond === undefined ? '' : `, which is ${beyond}: there is too little to tell it from`}`;
  return [
    {
      code: 'BIASED_AT_N',
      message: `${about}; ${rest}`,
    },
  ];
}

/** An unbiased estimate of a squared distance that came out below zero, explained. */
export function negativeWarnings(value: number): readonly Warning[] {
  if (!(value < 0)) return [];
  return [
    {
      code: 'NEGATIVE_ESTIMATE',
      message:
        'below 0, as an unbiased estimate may be where the distance is small beside its error: the sets are not told apart at this n',
    },
  ];
}

const counted = new WeakMap<Rows, WeakMap<Rows, number>>();

/** How many images stand on both sides, by their embeddings; 0 where a side does not hold any. */
function sharedImages({ reference, generated }: Comparison): number {
  const [first, second] = [reference.embeddings, generated.embeddings];
  if (first === null || second === null) return 0;
  const known = counted.get(first) ?? new WeakMap<Rows, number>();
  counted.set(first, known);
  const equal = known.get(second) ?? equalRowCount(first, second);
  known.set(second, equal);
  return equal;
}

function mostAreShared(sets: Comparison): boolean {
  return 2 * sharedImages(sets) > sets.generated.n!;
}

/** What supposes sides drawn apart from each other, and not by an interval: biases, limits. */
const OF_SIDES_APART: ReadonlySet<string> = new Set(['BIASED_AT_N', 'BIAS_NOT_LINEAR', 'LIMIT_OUT_OF_RANGE']);

function withoutCodes(value: MetricValue, codes: ReadonlySet<string>): MetricValue {
  return { ...value, warnings: value.warnings.filter(({ code }) => !codes.has(code)) };
}

/** The value without what supposes two sides drawn apart from each other, where they are not. */
export function withoutErrorOfShared(value: MetricValue, sets: Comparison): MetricValue {
  if (mostAreShared(sets)) return withoutErrorOfCopies(value);
  if (pairedImages(sets) === 0) return value;
  // a jackknife leaves out both of a pair; an unbiased estimate is below 0 for the pairs' sake
  const told = withoutCodes(value, new Set(['NEGATIVE_ESTIMATE']));
  return value.interval === undefined ? withoutCodes(told, OF_SIDES_APART) : told;
}

function withoutErrorOfCopies(value: MetricValue): MetricValue {
  const { standardError, interval, ...rest } = withoutCodes(value, OF_SIDES_APART);
  const asked = interval !== undefined || value.warnings.some(({ code }) => code === 'NO_INTERVAL');
  if (!asked) return rest;
  const message =
    'no interval: most images stand on both sides, and an interval supposes sides drawn apart from each other';
  const bare = withoutCodes(rest, new Set(['NO_INTERVAL']));
  return { ...bare, warnings: [...bare.warnings, { code: 'NO_INTERVAL', message }] };
}

/** Sides that are not drawn apart: images that stand on both, or pairs of images. */
export function sharedWarnings(sets: Comparison): readonly Warning[] {
  return [...duplicateWarnings(sets), ...(mostAreShared(sets) ? [] : pairWarnings(sets))];
}

/** Images that stand on both sides: a generator that copies, or a file in the wrong folder. */
function duplicateWarnings(sets: Comparison): readonly Warning[] {
  const { reference, generated } = sets;
  const equal = sharedImages(sets);
  if (equal === 0) return [];
  const images = equal === 1 ? '1 image has' : `${countText(equal)} images have`;
  return [
    {
      code: 'DUPLICATES_BETWEEN_SIDES',
      message: `${images} exactly the same embedding in ${generated.source} as in ${reference.source}: are they the same files?`,
    },
  ];
}

/** More equal images than this share of a side are worth a warning: most collections hold a few. */
const TELLING_REPETITIONS = 0.01;

/** Images that stand more than once on one side, by their embeddings: fewer are different than n says. */
export function repetitionWarnings(sets: readonly EmbeddedSet[]): readonly Warning[] {
  return sets.flatMap(({ source, embeddings }) => {
    if (embeddings === null) return [];
    const { n } = embeddings;
    const repeated = repeatedRowCount(embeddings);
    if (repeated <= TELLING_REPETITIONS * n || repeated === n - 1) return []; // all alike are told of by themselves
    const images =
      repeated === 1 ? `1 image of ${source} has` : `${countText(repeated)} images of ${source} have`;
    return [
      {
        code: 'DUPLICATES_WITHIN_SIDE',
        message: `${images} exactly the same embedding as one before: ${countText(n - repeated)} of ${countText(n)} are different`,
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
