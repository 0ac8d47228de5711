import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import type { Algebra } from '../numerics/algebra.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import type { Kernel } from '../numerics/kernel.js';
import type { SplitRule } from './inception-score.js';
import type { IntervalProcedure } from './interval-procedure.js';
import type { Normality } from './mardia.js';
import type { MmdEstimator } from './squared-mmd.js';

export type Direction = 'lower-is-better' | 'higher-is-better';

/** `neither`: far above and far below are both bad, each in its own way, so that values are not ranked. */
export type ResultDirection = Direction | 'neither';

/** The two sets of an evaluation, named so that they cannot be swapped unnoticed. */
export interface Comparison {
  readonly reference: EmbeddedSet;
  readonly generated: EmbeddedSet;
}

/** What a metric is evaluated on. */
export interface EvaluatedSets extends Comparison {
  /** images of the reference's source that the model was not trained on, for metrics that need such */
  readonly heldOut?: EmbeddedSet;
}

/** How many images each side has, as far as its folder or file says before anything is encoded. */
export interface ImageCounts {
  readonly reference: { readonly source: string; readonly n: number | null };
  readonly generated: { readonly source: string; readonly n: number | null };
  readonly heldOut?: { readonly source: string; readonly n: number | null };
}

/** One number that a metric gives, and the laws that it obeys (test/metrics/metric-laws.test.ts). */
export interface ResultDefinition {
  /** id of the number: the metric's own, or `precision` of `precision-recall` */
  readonly id: string;
  /** what people call it, in every table and sentence: `FID` for `fid` */
  readonly label: string;
  /** a `quality` gets a verdict when images are filtered; `fidelity` and `diversity` are shown beside it, since filtering trades the two */
  readonly role: 'quality' | 'fidelity' | 'diversity';
  readonly direction: ResultDirection;
  /** where the metric gives several numbers: this one's */
  readonly formula?: string;
  /** lowest and highest value possible; null: no bound */
  readonly range: readonly [number | null, number | null];
  /** what bounds it above where the sets do: `the number of classes` */
  readonly highIs?: string;
  /** the value for two equal sets, where the formula fixes one */
  readonly atEquality: number | null;
  /** swapping reference and generated leaves the value */
  readonly symmetric: boolean;
  readonly units: string;
}

/**
 * Bounds of the asymptotic value, n → ∞, within its possible range; where `method` says `at this n`, for what is
 * to be expected of sets of these sizes.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0.95: the share of such intervals that hold the truth */
  readonly level: number;
  /** name of the procedure: `jackknife-20` */
  readonly method: string;
  /** how it was found */
  readonly procedure: IntervalProcedure;
  /** `limit`: of the asymptotic value (n → ∞), its bias removed, so that the value itself may lie outside; `value`: of the value at this n */
  readonly of: 'value' | 'limit';
  /** the middle: the asymptotic value, or what all pairs give; clipped to the possible range */
  readonly estimate?: number;
  /** the middle before it was clipped at a bound, where it was: differences of asymptotic values are judged by it */
  readonly unclippedEstimate?: number;
  /** the middle less the asymptotic value that halving the images gives: by how much the bias is no multiple of 1/n. The interval is widened by it */
  readonly jackknifeDisagreement?: number;
}

/** How a set fits the Gaussian that stands for it. */
export interface GaussianFit {
  /** (tr Σ)²/tr Σ²; null where the images do not vary */
  readonly effectiveRank: number | null;
  /** null where the embeddings are not known, or too few */
  readonly normality: Normality | null;
}

/** A number, or null with the reason why there is none. */
export interface MetricValue {
  readonly id: string;
  readonly value: number | null;
  readonly reason?: string;
  /** standard deviation over splits or subsets, where the protocol reports one: not a standard error */
  readonly spread?: { readonly value: number; readonly of: string };
  readonly standardError?: number;
  readonly interval?: Interval;
  /** of a distance of Gaussians: how the sets fit theirs */
  readonly gaussians?: Readonly<Record<keyof Comparison, GaussianFit>>;
  readonly warnings: readonly Warning[];
}

/** Values of parameters by name. */
export type Parameters = Readonly<Record<string, number | string>>;

interface ParameterNames {
  /** what a methods section calls it: `nearest neighbors`; null where the formula or the report says it elsewhere */
  readonly words: string | null;
  /** help of its flag; `common`: commands have that flag whatever the metric; null: the library alone takes it */
  readonly flag: { readonly help: string } | 'common' | null;
}

/** A parameter of a metric: its default, what it may be, and what it is called. */
export type ParameterDefinition = ParameterNames &
  (
    | { readonly kind: 'whole'; readonly default: number; readonly least: number }
    | { readonly kind: 'positive'; readonly default: number }
    | { readonly kind: 'number'; readonly default: number }
    | { readonly kind: 'choice'; readonly default: string; readonly choices: readonly string[] }
  );

/** How long near-copies may be looked for; `none`: exact ones alone. */
export type CopySearch = 'none' | 'quick' | 'thorough';

/** What a caller may want beside the value. */
export interface EvaluationRequest {
  /** a standard error and an interval at this level; costs about 20 evaluations */
  readonly interval?: { readonly level: number };
  /** how long near-copies may be looked for where no interval is asked for; default `none` */
  readonly search?: CopySearch;
  /** the engine of the heavy steps; the fastest that there is unless given */
  readonly algebra?: Algebra;
  /** once aborted, no further step is begun, and its reason is thrown */
  readonly signal?: AbortSignal;
}

/** Squared MMD: the kernel and the estimator are data, so that an engine of this family serves every member. */
export interface KernelFamily {
  readonly kind: 'kernel';
  readonly estimator: MmdEstimator;
  /** what the squared MMD is multiplied by */
  readonly scale: number;
  /** `unit`: vectors are divided by their lengths first */
  readonly vectors: 'as-given' | 'unit';
  /** for vectors of length d */
  kernelOf(d: number, parameters: Parameters): Kernel;
  /** the same on all pairs, where the protocol is a mean over random subsets: engines compute that instead */
  readonly allPairs: MetricDefinition | null;
  /** the form for sets too large for all pairs, with its error; null where there is none */
  readonly byMoments:
    | ((
        moments: { readonly reference: GaussianMoments; readonly generated: GaussianMoments },
        estimator: MmdEstimator,
      ) => { readonly value: number; readonly errorBound: number })
    | null;
}

/** Shares of images within balls around others, each as far as its k-th nearest neighbor. */
export interface NeighborFamily {
  readonly kind: 'neighbors';
  /** k */
  neighborsOf(parameters: Parameters): number;
  /** ids of the numbers that are found on subsets too, by what they count and whether a ball holds its edge */
  readonly onSubsets:
    | { readonly ball: 'closed'; readonly precision: string; readonly recall: string }
    | { readonly ball: 'open'; readonly density: string; readonly coverage: string };
}

/**
 * The family of a formula, with what distinguishes its members. Engines that share work between subsets are registered by family in
 * sample-size-study/ and filtering/; `other` has none.
 */
export type MetricFamily =
  | { readonly kind: 'frechet' }
  | { readonly kind: 'inception-score'; splitsOf(parameters: Parameters): SplitRule }
  | KernelFamily
  | NeighborFamily
  | { readonly kind: 'other' };

/** What a metric can do beside giving a value: read by studies, by filtering and by the documents. */
export interface MetricCapabilities {
  readonly family: MetricFamily;
  /** the expectation of the value is the same at every n */
  readonly isUnbiased: boolean;
  /** how the cost of one value grows: see sample-size-study/analysis/evaluation-cost.ts; `other`: no formula is kept */
  readonly cost: 'frechet' | 'kernel' | 'logits' | 'other';
  /** how a study finds the values of nested subsets: by the family's engine, or by the protocol on each */
  readonly curves: 'family' | 'protocol';
  /** whether `compare` can measure it on subsets, by the family's engine */
  readonly subsets: 'family' | 'none';
  /** `many`: a hundred repeats of a study cost what twenty of the others do */
  readonly repeats: 'few' | 'many';
}

/** Commands that have metrics of their own choice where none is asked for. */
export type DefaultUse = 'score' | 'per-class' | 'compare' | 'study';

/** A protocol: formula + encoder + preprocessing + parameters + direction + source, and its capabilities. */
export interface MetricDefinition extends MetricCapabilities {
  readonly id: string;
  readonly title: string;
  /** one line, as in the paper */
  readonly formula: string;
  readonly source: string;
  /** whose numbers it gives, and where that is tested */
  readonly agreesWith: string;
  /** where others compute something else under this name, and whom this record follows */
  readonly disagreements: readonly string[];
  /** bias of the value at finite n relative to the asymptotic value, n → ∞ */
  readonly bias: string;
  /** what may be done to both sides' embeddings (logits) at once without changing the value */
  readonly invariantUnder: readonly ('rotation' | 'shift')[];
  /** id in the encoder catalog of the network that the protocol is defined on */
  readonly encoder: string;
  readonly preprocessing: Preprocessing;
  /** the metric of the same formula that differs from it by the network or preprocessing alone */
  readonly variantOf?: string;
  /** what it needs of a set */
  readonly uses: 'moments' | 'embeddings' | 'logits';
  /** `generated`: the reference is not looked at (IS) */
  readonly sides: 'both' | 'generated';
  /** a third set, held out from training: the reference is then what the model was trained on */
  readonly heldOut?: 'needed';
  /** defaults; a caller may override each by name */
  readonly parameters: Parameters;
  /** what each parameter may be, and how it is named, by the same names */
  readonly parameterDefinitions: Readonly<Record<string, ParameterDefinition>>;
  /** what a caption must say of the unit: `CMMD is given as 1000 times the squared distance.` */
  readonly note?: string;
  readonly results: readonly ResultDefinition[];
  /**
   * That the sets are large enough, which can be said before they are encoded.
   *
   * @throws SampleSizeError TOO_FEW_SAMPLES as `evaluate` would
   */
  requireImages(counts: ImageCounts, parameters: Parameters): void;
  evaluate(
    sets: EvaluatedSets,
    parameters: Parameters,
    request?: EvaluationRequest,
  ): Promise<readonly MetricValue[]>;
  /**
   * The value less the value without each generated image, in their order; null where the embeddings are not at hand, or too few. Left out
   * where nothing gives it at less than the cost of the value.
   */
  influence?(
    sets: Comparison,
    parameters: Parameters,
    request: { readonly value: number } & Pick<EvaluationRequest, 'algebra'>,
  ): Promise<Float64Array | null>;
}

/** A metric of a known family. */
export type MetricOf<F extends MetricFamily> = MetricDefinition & { readonly family: F };
