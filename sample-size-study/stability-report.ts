import type { Direction } from '../metrics/metric-definition.js';

/** A number of the filtered set as a ratio to that of another, interval by Student's t on the logarithm. */
export interface StabilityRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** of the logarithm */
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** two-sided, of a ratio of 1; not adjusted */
  readonly pValue: number;
}

/** A number of the filtered set less that of another. */
export interface StabilityDifference {
  readonly filtered: number;
  readonly other: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  readonly pValue: number;
}

/** A required number of images, drawn, and its ratio. */
export interface StabilityRequired {
  readonly filtered: number | null;
  readonly other: number | null;
  readonly ratio: StabilityRatio | null;
}

/** Numbers of a filtered set beside another that may not exist. */
export type StabilityNumber =
  | 'standardDeviation'
  | 'coefficientOfVariation'
  | 'value'
  | 'exponent'
  | 'slope'
  | 'limit'
  | 'forPrecision'
  | 'forBias';

/** How stable one metric is on a filtered set, beside another set of the same draws. */
export interface FilterStability {
  readonly metric: string;
  readonly direction: Direction;
  /** name of the filtered set */
  readonly filter: string;
  readonly other: string;
  /** what the other is: `unfiltered` of as many images drawn, `random` and `matched` of as many scored */
  readonly role: 'unfiltered' | 'random' | 'matched';
  readonly repeats: number;
  /** images that draws are made from */
  readonly drawnFrom: number;
  readonly level: number;
  /** standard deviation and coefficient of variation at each size where draws overlap little enough */
  readonly bySize: readonly {
    readonly sampleSize: number;
    readonly standardDeviation: StabilityRatio | null;
    readonly coefficientOfVariation: StabilityRatio | null;
  }[];
  /** geometric means of the ratios over these sizes */
  readonly standardDeviation: StabilityRatio | null;
  /** null where a mean does not differ from 0 */
  readonly coefficientOfVariation: StabilityRatio | null;
  readonly value: StabilityRatio | null;
  /** exponents of the standard deviation in n */
  readonly exponent: StabilityDifference | null;
  /** whether the means of both are linear in 1/n; if not, slopes and asymptotic values are doubtful */
  readonly isLinear: boolean;
  /** slopes of the bias per image scored: what the value is too high by at n images, times n; null of unbiased metrics */
  readonly slope: StabilityDifference | null;
  readonly limit: StabilityDifference | null;
  /** images drawn at which half a 95 % interval, and the bias, are 5 % of the asymptotic value */
  readonly forPrecision: StabilityRequired;
  readonly forBias: StabilityRequired;
  /** why each number that is null is so; none in reports of before */
  readonly reasons?: Readonly<Partial<Record<StabilityNumber, string>>>;
}

/** How a metric sees one family of distortions on a filtered set, beside another set of the same draws. */
export interface StabilityResponse {
  readonly metric: string;
  readonly filter: string;
  readonly other: string;
  readonly role: FilterStability['role'];
  readonly distortion: string;
  /** the largest at which draws differ enough */
  readonly sampleSize: number;
  readonly levels: readonly {
    readonly level: number;
    /** by how much the mean is worse than undistorted, in standard deviations of the undistorted values at this size */
    readonly effect: StabilityDifference | null;
    /** the same in the metric's own units */
    readonly change: StabilityDifference | null;
  }[];
  /** Kendall's τ of level and value: 1 for a metric that worsens at every step */
  readonly monotonicity: { readonly filtered: number | null; readonly other: number | null };
  /** first level that scores no worse than the one before */
  readonly firstInversion: { readonly filtered: number | null; readonly other: number | null };
  /** level from which, and at all higher ones, the change differs significantly, adjusted over levels; null: none */
  readonly differsFrom: number | null;
}

/** What a rule does to a set by its scores: the threshold learned from them, and the share of the images that it keeps. */
export interface KeptShare {
  readonly threshold: number;
  readonly keptShare: number;
}

/** How a filter reacts to one level of a distortion: its score recomputed on the distorted images, its threshold learned anew. */
export interface FilterReaction extends KeptShare {
  /** id of the image control that the score is */
  readonly control: string;
  readonly images: number;
  readonly undistorted: KeptShare;
  /** of the images, those kept before and dropped now, or the reverse */
  readonly changedShare: number;
  /** Spearman's correlation with the scores of the undistorted images; null where all distorted images have one score */
  readonly rankAgreement: number | null;
}

/** One filter of a study under every distortion. */
export interface FilterReactions {
  /** name of the filtered set */
  readonly filter: string;
  readonly column: string;
  /** null: the column is no image control, and nothing says what it would be of a distorted image */
  readonly recomputed:
    | (KeptShare & {
        readonly control: string;
        readonly images: number;
        readonly levels: readonly (KeptShare & {
          readonly distortion: string;
          readonly level: number;
          readonly changedShare: number;
          readonly rankAgreement: number | null;
        })[];
      })
    | null;
}

/** `cannot-say`: too few draws or images for either claim. */
export type StabilityKind =
  | 'steadier'
  | 'as-steady'
  | 'less-steady'
  | 'lower-but-as-steady'
  | 'higher-but-as-steady'
  | 'cannot-say';

/** What the numbers say of a filtered set beside random subsets of as many images of the same draws. */
export interface StabilityVerdict {
  readonly metric: string;
  /** name of the filtered set */
  readonly filter: string;
  readonly kind: StabilityKind;
  /** what is judged: relative to the value, or absolute where that does not differ from 0 */
  readonly judgedBy: 'coefficient-of-variation' | 'standard-deviation';
  /** after correction over all metrics and filters: of no difference; of a difference as large as the smallest that matters; of an equal value */
  readonly pDifferent: number;
  readonly pAlike: number;
  readonly pValue: number;
  /** draws at each size, and images of the generated set, that would be enough; null where they are, or where no number is */
  readonly repeatsNeeded: number | null;
  readonly imagesNeeded: number | null;
  readonly sentence: string;
}
