import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import type { Algebra } from '../numerics/algebra.js';

export type Direction = 'lower-is-better' | 'higher-is-better' | 'neither';

/** The two sets of an evaluation, named so that they cannot be swapped unnoticed. */
export interface Comparison {
  readonly reference: EmbeddedSet;
  readonly generated: EmbeddedSet;
}

/** How many images each side has, as far as its folder or file says before anything is encoded. */
export interface ImageCounts {
  readonly reference: { readonly source: string; readonly n: number | null };
  readonly generated: { readonly source: string; readonly n: number | null };
}

/** One number that a metric gives, and the laws that it obeys (test/metrics/metric-laws.test.ts). */
export interface ResultDefinition {
  /** id of the number: the metric's own, or `precision` of `precision-recall` */
  readonly id: string;
  readonly direction: Direction;
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
 * Bounds for what the metric would be with images without end, within what it can be; where `method` says `at this n`, for what is
 * to be expected of sets of these sizes.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0.95: the share of such intervals that hold the truth */
  readonly level: number;
  /** `jackknife-20`: how it was found */
  readonly method: string;
  /** `limit`: of the asymptotic value, as n → ∞, its bias removed, so that the value itself may lie outside; `value`:
   * of the value as it is. Left out by reports of before */
  readonly of?: 'value' | 'limit';
  /** the middle: the limit, or what all pairs give; or the nearest that can be */
  readonly estimate?: number;
  /** what the middle was before it was put at a bound, where it was: differences of limits are judged by it */
  readonly unbounded?: number;
  /** the middle less the limit that halving the images gives: by how much the bias is no multiple of 1/n. The interval is widened by it */
  readonly secondOrder?: number;
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
  readonly warnings: readonly Warning[];
}

export type Parameters = Readonly<Record<string, number | string>>;

/** What a caller may want beside the value. */
export interface EvaluationRequest {
  /** a standard error and an interval at this level; costs about 20 evaluations */
  readonly interval?: { readonly level: number };
  /** the engine of the heavy steps; the fastest that there is unless given */
  readonly algebra?: Algebra;
  /** once aborted, no further step is begun, and its reason is thrown */
  readonly signal?: AbortSignal;
}

/** A protocol: formula + encoder + preprocessing + parameters + direction + source. */
export interface MetricDefinition {
  readonly id: string;
  readonly title: string;
  /** one line, as in the paper */
  readonly formula: string;
  readonly source: string;
  /** whose numbers it gives, and where that is tested */
  readonly agreesWith: string;
  /** where others compute something else under this name, and whom this record follows */
  readonly disagreements: readonly string[];
  /** how the value at finite n lies to what it would be with images without end */
  readonly bias: string;
  /** what may be done to both sides' embeddings (logits) at once without changing the value */
  readonly invariantUnder: readonly ('rotation' | 'shift')[];
  /** id in the encoder catalog of the network that the protocol is defined on */
  readonly encoder: string;
  readonly preprocessing: Preprocessing;
  /** the metric of the same formula from which its network or preprocessing alone sets it apart */
  readonly variantOf?: string;
  /** what it needs of a set */
  readonly uses: 'moments' | 'embeddings' | 'logits';
  /** `generated`: the reference is not looked at (IS) */
  readonly sides: 'both' | 'generated';
  /** defaults; a caller may override each by name */
  readonly parameters: Parameters;
  readonly results: readonly ResultDefinition[];
  /**
   * That the sets are large enough, which can be said before they are encoded.
   *
   * @throws SampleSizeError TOO_FEW_SAMPLES as `evaluate` would
   */
  requireImages(counts: ImageCounts, parameters: Parameters): void;
  evaluate(
    sets: Comparison,
    parameters: Parameters,
    request?: EvaluationRequest,
  ): Promise<readonly MetricValue[]>;
}
