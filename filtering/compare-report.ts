import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import type { Parameters } from '../metrics/metric-definition.js';
import { METRICS_OF_COMMANDS } from '../metrics/records/parameters.js';
import type { UnmeasuredMetric } from '../scoring/refused-metrics.js';
import type { ScoredSide } from '../scoring/score-report.js';
import type { ScoreRequest, ScoreSide } from '../scoring/score-request.js';
import type { ControlFamily } from '../uncertainty/control.js';
import type { MissingIds } from '../uncertainty/id-match.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import type { Score, ScoreTable } from '../uncertainty/score-table.js';
import type { ComparisonPlan } from './comparison-plan.js';
import type { FilterEffect } from './filter-effect.js';
import type { KnownValues } from './metric-run.js';
import type { RandomizationTest } from './randomization-test.js';

/** One score with its rule, and what they do to the pool: enough to repeat the filter without the program. */
export interface ComparedFilter {
  readonly score: string;
  readonly rule: KeepRule;
  /** the rule in words */
  readonly ruleText: string;
  readonly threshold: number;
  readonly keptShare: number;
  /** images whose score is the threshold, and how many of them are kept: of a count those drawn by the seed; none in reports of before */
  readonly ties?: { readonly images: number; readonly kept: number };
  readonly kept: readonly string[];
  readonly dropped: readonly string[];
  /** Spearman's with every control */
  readonly correlations: readonly {
    readonly control: string;
    readonly family: ControlFamily;
    readonly value: number | null;
  }[];
}

/** A metric as it was computed for subsets. */
export interface ComparedMetric {
  readonly id: string;
  readonly direction: 'lower-is-better' | 'higher-is-better';
  readonly role: 'quality' | 'fidelity' | 'diversity';
  readonly encoder: EncoderIdentity;
  readonly parameters: Parameters;
  readonly method: string;
  readonly referenceSize: number;
}

/** The line drawn on one half of the pool and judged on the other. */
export interface SplitHalf {
  readonly score: string;
  readonly metric: string;
  readonly threshold: number;
  /** images of the other half, and how many of them are kept */
  readonly pool: number;
  readonly n: number;
  readonly value: number;
  readonly test: RandomizationTest;
}

/** What `compare --json` prints and `compare.json` holds: schema `steadfid/compare/1`. */
export interface CompareReport {
  readonly schema: 'steadfid/compare/1';
  readonly version: string;
  readonly reference: ScoredSide;
  readonly generated: ScoredSide;
  readonly scores: {
    readonly source: string;
    /** which part of the ids was compared */
    readonly joinedBy: string;
    /** left out on request: images without a score, scores without an image */
    readonly imagesAlone: readonly string[];
    readonly scoresAlone: readonly string[];
  };
  readonly plan: ComparisonPlan;
  readonly filters: readonly ComparedFilter[];
  readonly metrics: readonly ComparedMetric[];
  /** asked for or beside those asked for, and without a value of these embeddings */
  readonly unmeasured: readonly UnmeasuredMetric[];
  /** scores × metrics */
  readonly effects: readonly FilterEffect[];
  /** empty unless asked for */
  readonly splitHalves: readonly SplitHalf[];
  /** a line for each score and quality metric */
  readonly summary: readonly string[];
  readonly warnings: readonly Warning[];
}

/** How far a comparison is: encoding images, measuring detail, or values of a metric. */
interface CompareProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

export interface CompareRequest
  extends Omit<
    ScoreRequest,
    'reference' | 'generated' | 'metrics' | 'parameters' | 'interval' | 'onProgress' | 'seed'
  > {
  readonly reference: ScoreSide;
  /** the pool that is filtered: images, or embeddings with ids */
  readonly generated: ScoreRequest['generated'];
  readonly scores: ScoreTable;
  /** columns to be tried; default: all that are no control scores */
  readonly columns?: readonly string[];
  readonly rule: KeepRule;
  /** ids of the catalog; default `DEFAULT_COMPARED` */
  readonly metrics?: readonly string[];
  readonly missing?: MissingIds;
  readonly plan?: Partial<ComparisonPlan>;
  /** also draw the line on one half and judge it on the other */
  readonly splitHalf?: 'on' | 'off';
  readonly onProgress?: (progress: CompareProgress) => void;
  /** sides that were encoded before, by their place among the comparison's encodings */
  readonly encoded?: ((index: number) => Promise<EmbeddedSet>) | undefined;
  /** controls that were measured on the images before */
  readonly measured?: (() => Promise<readonly Score[]>) | undefined;
  /** values of subsets that were computed before */
  readonly known?: KnownValues | undefined;
}

/** The default metrics of `compare`; a Fréchet distance always comes with fidelity and diversity. */
export const DEFAULT_COMPARED: readonly string[] = METRICS_OF_COMMANDS.compare;
