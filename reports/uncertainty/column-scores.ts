import { unguardedDecision } from '../../filtering/keep-decision.js';
import { keepRuleText, parsedKeepRule } from '../../uncertainty/keep-rule.js';
import type { ScoreColumn } from '../../uncertainty/uncertainty-report.js';

/** The rule of `filter` and `compare` unless another is given: BayesDiff's. */
const RULE = parsedKeepRule('mean+1sd', { keep: 'low', zeros: 'keep' });
export const RULE_TEXT = keepRuleText(RULE);

/** One image's score, and which side of the usual line it is on. */
export interface ThresholdedScore {
  readonly id: string;
  readonly score: number;
  readonly isKept: boolean;
}

/** The scores of a column that exist, lowest first, with the line that the usual rule draws. */
export function columnScores({ values }: ScoreColumn): {
  readonly scores: readonly ThresholdedScore[];
  readonly threshold: number | null;
} {
  const known = Object.entries(values)
    .flatMap(([id, score]) => (score === null ? [] : [{ id, score }]))
    .sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1));
  if (known.length === 0) return { scores: [], threshold: null };
  const { threshold } = unguardedDecision(
    known.map(({ score }) => score),
    RULE,
    known.map((_, rank) => rank),
  );
  return { scores: known.map((one) => ({ ...one, isKept: one.score < threshold })), threshold };
}
