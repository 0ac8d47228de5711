import { VERSION, type Warning } from '../encoders/encoder.js';
import type { IdMatch } from '../uncertainty/id-match.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { type KeepRule, keepRuleText } from '../uncertainty/keep-rule.js';
import type { KeepDecision } from './keep-decision.js';
import { tieWarnings } from './tie-warnings.js';

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
  /** images whose score is the threshold, how many of them are kept, and the seed by which a count drew them; none in reports of before */
  readonly ties?: { readonly images: number; readonly kept: number; readonly seed: number };
  /** none in reports of before */
  readonly warnings?: readonly Warning[];
  /** every image in code-point order of its id */
  readonly decisions: readonly { readonly id: string; readonly score: number; readonly kept: boolean }[];
}

/** A decision as a report, complete enough to be repeated without the program. */
export function filterReport(
  score: PooledScore,
  decision: KeepDecision,
  { source, match, seed }: { readonly source: string; readonly match: IdMatch; readonly seed: number },
): FilterReport {
  const { rule, threshold, kept, keptShare, ties } = decision;
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
    ties: { ...ties, seed },
    warnings: tieWarnings(score.name, decision, { n: score.pool.size, seed }),
    decisions: score.pool.ids.map((id, index) => ({
      id,
      score: score.values[index]!,
      kept: keptIndices.has(index),
    })),
  };
}
