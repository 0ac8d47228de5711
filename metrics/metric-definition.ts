import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import type { Warning } from '../encoders/warning.js';

export type Direction = 'lower-is-better' | 'higher-is-better' | 'neither';

/** The two sets of an evaluation, named so that they cannot be swapped unnoticed. */
export interface Comparison {
  readonly reference: EmbeddedSet;
  readonly generated: EmbeddedSet;
}

/** One number that a metric gives, and the laws that it obeys (test/metrics/metric-laws.test.ts). */
export interface ResultDefinition {
  /** id of the number: the metric's own, or `precision` of `precision-recall` */
  readonly id: string;
  readonly direction: Direction;
  /** lowest and highest value possible; null: no bound */
  readonly range: readonly [number | null, number | null];
  /** the value for two equal sets, where the formula fixes one */
  readonly atEquality: number | null;
  /** swapping reference and generated leaves the value */
  readonly symmetric: boolean;
  readonly units: string;
}

/** A number, or null with the reason why there is none. */
export interface MetricValue {
  readonly id: string;
  readonly value: number | null;
  readonly reason?: string;
  /** standard deviation over splits or subsets, where the protocol reports one: not a standard error */
  readonly spread?: { readonly value: number; readonly of: string };
  readonly standardError?: number;
  readonly interval?: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: string;
  };
  readonly warnings: readonly Warning[];
}

export type Parameters = Readonly<Record<string, number | string>>;

/** A protocol: formula + encoder + preprocessing + parameters + direction + source. */
export interface MetricDefinition {
  readonly id: string;
  readonly title: string;
  /** one line, as in the paper */
  readonly formula: string;
  readonly source: string;
  /** whose numbers it gives, and where that is tested */
  readonly agreesWith: string;
  /** id in the encoder catalog of the network that the protocol is defined on */
  readonly encoder: string;
  readonly preprocessing: Preprocessing;
  /** what it needs of a set */
  readonly uses: 'moments' | 'embeddings' | 'logits';
  /** `generated`: the reference is not looked at (IS) */
  readonly sides: 'both' | 'generated';
  /** defaults; a caller may override each by name */
  readonly parameters: Parameters;
  readonly results: readonly ResultDefinition[];
  evaluate(sets: Comparison, parameters: Parameters): Promise<readonly MetricValue[]>;
}
