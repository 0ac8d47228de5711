import type { ScoreRequest } from '../metrics/score-request.js';
import type { ComparisonPlan } from './comparison/comparison-plan.js';
import type { MissingIds } from './id-match.js';
import type { KeepRule } from './keep-rule.js';
import type { ScoreTable } from './score-table.js';

/** How far a comparison is: encoding images, measuring detail, or values of a metric. */
export interface CompareProgress {
  readonly task: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

export interface CompareRequest
  extends Omit<ScoreRequest, 'generated' | 'metrics' | 'parameters' | 'interval' | 'onProgress' | 'seed'> {
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
}

/** What `compare` judges by unless told otherwise; fidelity and diversity are always beside a Fréchet distance. */
export const DEFAULT_COMPARED: readonly string[] = ['fid', 'cmmd'];
