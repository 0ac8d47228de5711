import type { Warning } from '../encoders/encoder.js';
import { countText, numberText, percentText } from '../numerics/number-text.js';
import type { KeepDecision } from './keep-decision.js';

/**
 * What a reader must know of images whose score is the threshold: that a count drew among them, or that a share of the images is not the
 * one that was asked for.
 *
 * @param score  the score's name
 */
export function tieWarnings(
  score: string,
  { rule: { threshold: asked }, threshold, ties, keptShare }: Omit<KeepDecision, 'kept' | 'dropped'>,
  { n, seed }: { readonly n: number; readonly seed: number },
): Warning[] {
  const tied = `${countText(ties.images)} images have the same score "${score}", ${numberText(threshold)}, at the threshold`;
  if (asked.kind === 'count' && ties.kept < ties.images)
    return [
      {
        code: 'TIES_AT_THRESHOLD',
        message: `${tied}: the ${countText(ties.kept)} of them that are kept were drawn by seed ${seed}`,
      },
    ];
  if (asked.kind === 'quantile' && ties.images > 1 && Math.abs(keptShare - asked.share) * n >= 1)
    return [
      {
        code: 'KEPT_SHARE_DIFFERS',
        message: `${tied}, and none of them is kept: the rule keeps ${percentText(keptShare)} of the images, not ${percentText(asked.share)}. The rule keep-N keeps exactly N, drawn among the tied images`,
      },
    ];
  return [];
}
