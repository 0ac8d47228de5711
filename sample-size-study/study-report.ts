import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import type { SetContent } from '../encoders/set-content.js';
import type { DrawnLabels } from '../metrics/design/design-order.js';
import type { IntervalProcedure } from '../metrics/interval-procedure.js';
import type { Direction } from '../metrics/metric-definition.js';
import type { UnmeasuredMetric } from '../scoring/refused-metrics.js';
import type { BiasFit } from './analysis/bias-fit.js';
import type { DistortionResponse } from './analysis/distortion-response.js';
import type { EvaluationCost } from './analysis/evaluation-cost.js';
import type { RankStability } from './analysis/rank-stability.js';
import type { ScoredPart } from './scored-arm.js';
import type {
  FilterReactions,
  FilterStability,
  StabilityResponse,
  StabilityVerdict,
} from './stability-report.js';
import type { StudyDesign } from './study-design.js';

/** One sample size of a curve, every draw kept. */
export interface StudyPoint {
  readonly sampleSize: number;
  /** mean number of images scored, where an arm of a filter scores a part of a draw */
  readonly scored?: number | undefined;
  readonly values: readonly number[];
  readonly mean: number;
  /** of the draws, divisor R − 1; null with one draw */
  readonly standardDeviation: number | null;
  /** of independent draws of this size (finite-pool correction); null with one draw or above 80 % of the pool */
  readonly independentDeviation: number | null;
  /** independentDeviation / |mean| */
  readonly coefficientOfVariation: number | null;
  /** central 95 % of the draws; null below 20 draws or above 80 % of the pool */
  readonly band: { readonly low: number; readonly high: number } | null;
  /** mean / mean at the largest size; null where that does not differ significantly from 0 */
  readonly relativeToLargest: number | null;
  /** mean / limit; null where that does not differ significantly from 0 */
  readonly relativeToLimit: number | null;
}

/** The limit as the jackknife finds it: 20 groups of the pool's images left out in turn, the bias of order 1/n removed. */
export interface LimitInterval {
  readonly estimate: number;
  /** the estimate before it was clipped at the nearest possible limit, if it was: sets are ranked by it */
  readonly unclippedEstimate?: number;
  /** by how much the bias is no multiple of 1/n */
  readonly jackknifeDisagreement?: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: string;
  readonly procedure: IntervalProcedure;
}

/** How many images are enough, for one share of the limit. */
export interface RequiredSizes {
  /** 0.01, 0.02, 0.05, 0.1 */
  readonly share: number;
  /** measured: from which size on the mean stays within the share of the value at the largest size; null about 0 */
  readonly settledAt: number | null;
  /** extrapolated: where bias falls below the share of the limit; null of unbiased metrics */
  readonly forBias: number | null;
  /** extrapolated: where half a 95 % interval falls below the share of the limit */
  readonly forPrecision: number | null;
  /** why nothing is extrapolated: the limit is about 0, or lowered by pairs */
  readonly reason?: string | null | undefined;
}

/** One metric of one set under one distortion at one level, over all sizes. */
export interface StudyCurve {
  readonly metric: string;
  readonly direction: Direction;
  readonly units: string;
  readonly encoder: EncoderIdentity;
  /** length of the embeddings; null where the metric has none */
  readonly dimension: number | null;
  readonly arm: string;
  readonly distortion: string;
  readonly level: number;
  readonly poolSize: number;
  readonly referenceSize: number;
  /** null where the metric does not look at the whole reference; left out where a study does not say */
  readonly referenceContent?: SetContent | null | undefined;
  /** what the values are, in words, where they differ from the protocol at full size */
  readonly estimator: string;
  readonly points: readonly StudyPoint[];
  readonly fit: BiasFit | null;
  readonly limitInterval: LimitInterval | null;
  /** slope of the bias that Gaussian embeddings of the pool's covariance would have; Fréchet distances only */
  readonly analyticSlope: number | null;
  /** what the limit is too high by, for Gaussian embeddings, since the reference has no more images; Fréchet distances to a
   * reference of more images than dimensions, held fixed; left out where a study does not say */
  readonly referenceBias?: number | null | undefined;
  /** whether set and reference are paired by id, which gives lower values than independent sets; left out where
   * a study does not say */
  readonly isPaired?: boolean | undefined;
  /** where subsets are drawn within strata, or by whole clusters */
  readonly drawnBy?: DrawnLabels | undefined;
  /** of an arm of a design with filters */
  readonly part?: ScoredPart | undefined;
  /** exponent of the coefficient of variation in n: −½ where images count independently */
  readonly spreadExponent: number | null;
  readonly required: readonly RequiredSizes[];
  /** what is doubtful about this curve; drawn on its figure */
  readonly warnings: readonly Warning[];
}

/** How a metric answers to one family of distortions at the largest size. */
export interface StudyResponse {
  readonly metric: string;
  readonly direction: Direction;
  readonly arm: string;
  readonly distortion: string;
  readonly levels: readonly { readonly level: number; readonly value: number }[];
  readonly response: DistortionResponse;
}

/** Two sets under one metric, and whether they differ significantly. */
export interface ArmPair {
  readonly first: string;
  readonly second: string;
  /** final value of the first less that of the second */
  readonly difference: number;
  /** of the difference; null where the errors are unknown */
  readonly standardError: number | null;
  /** of no difference, adjusted for all pairs of the metric; null without a standard error */
  readonly pValue: number | null;
  /** whether one is before the other: only where the p value is below `falseRankings` */
  readonly isRanked: boolean;
}

/** How reliable the ranking of the sets is under one metric. */
export interface StudyRanking {
  readonly metric: string;
  readonly direction: Direction;
  readonly arms: readonly string[];
  /** the values that count as the truth, and what they are */
  readonly final: readonly number[];
  readonly rankedBy: 'limit' | 'largest-size';
  /** standard error of each final value; null where nothing says it */
  readonly finalErrors: readonly (number | null)[];
  /** how often any two sets of one distribution are ranked, at most */
  readonly falseRankings: number;
  readonly pairs: readonly ArmPair[];
  readonly bySize: readonly RankStability[];
  /** smallest size from which each ranked pair flips in less than 5 % of the repeats; null: none, or no pair is ranked */
  readonly requiredSize: number | null;
  /** pairs that bias alone reverses below a size, with the 95 % interval of that size; of studies made before the interval, without it */
  readonly crossings: readonly {
    readonly first: string;
    readonly second: string;
    readonly below: number;
    /** null: no smallest n of the lines */
    readonly low?: number | null | undefined;
    /** null: no largest n */
    readonly high?: number | null | undefined;
  }[];
}

/** What one value of a metric costs at one size, its reference known. */
export interface StudyCost extends EvaluationCost {
  readonly metric: string;
  readonly sampleSize: number;
}

/** What `study` writes as `study.json`: schema `steadfid/study/1`. */
export interface StudyReport {
  readonly schema: 'steadfid/study/1';
  readonly version: string;
  /** draws that are done; left out of a finished study */
  readonly progress?: { readonly done: number; readonly total: number } | undefined;
  readonly design: StudyDesign;
  readonly curves: readonly StudyCurve[];
  readonly responses: readonly StudyResponse[];
  readonly rankings: readonly StudyRanking[];
  /** of designs with filters: how stable each metric is on a filtered set, and what that says */
  readonly stability?: readonly FilterStability[] | undefined;
  readonly stabilityVerdicts?: readonly StabilityVerdict[] | undefined;
  /** the answer in a sentence */
  readonly headline?: string | undefined;
  readonly stabilityResponses?: readonly StabilityResponse[] | undefined;
  /** of designs with filters and distortions: how the filters themselves react, in studies that say */
  readonly filterReactions?: readonly FilterReactions[] | undefined;
  readonly costs: readonly StudyCost[];
  /** asked for, and refused; left out where there are none */
  readonly unmeasured?: readonly UnmeasuredMetric[] | undefined;
  /** ten lines at most: what to report, at which n, with what error bar; below them, how to read them */
  readonly summary: readonly string[];
  readonly warnings: readonly Warning[];
}
