import { VERSION } from '../encoders/encoder.js';
import type { IdMatch } from '../uncertainty/id-match.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { type KeepRule, keepRuleText } from '../uncertainty/keep-rule.js';
import type { KeepDecision } from './keep-decision.js';

/** What `filter --json` prints: schema `steadfid/filter/1`. */
export interface FilterReport {
  readonly schema: 'steadfid/filter/1';
  readonly version: string;
  readonly images: { readonly source: string; readonly n: number };
  readonly scores: {
    readonly source: string;
    readonly column: string;
    readonly joinedBy: string;
    readonly imagesAlone: readonly string[];
    readonly scoresAlone: readonly string[];
  };
  readonly rule: KeepRule;
  readonly ruleText: string;
  readonly threshold: number;
  readonly keptShare: number;
  /** every image in code-point order of its id */
  readonly decisions: readonly { readonly id: string; readonly score: number; readonly kept: boolean }[];
}

/** A decision as a report, complete enough to be repeated without the program. */
export function filterReport(
  score: PooledScore,
  { rule, threshold, kept, keptShare }: KeepDecision,
  { source, match }: { readonly source: string; readonly match: IdMatch },
): FilterReport {
  const keptIndices = new Set(kept);
  return {
    schema: 'steadfid/filter/1',
    version: VERSION,
    images: { source: score.pool.source, n: score.pool.size },
    scores: {
      source,
      column: score.name,
      joinedBy: match.by,
      imagesAlone: match.imagesAlone,
      scoresAlone: match.othersAlone,
    },
    rule,
    ruleText: keepRuleText(rule),
    threshold,
    keptShare,
    decisions: score.pool.ids.map((id, index) => ({
      id,
      score: score.values[index]!,
      kept: keptIndices.has(index),
    })),
  };
}
