import { keepDecision, tieOrder, unguardedDecision } from '../filtering/keep-decision.js';
import { countText, listText, numberText, percentText } from '../numerics/number-text.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import type { ImageControl } from '../uncertainty/control.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import type { ConditionMetadata } from './condition-metadata.js';
import type { FilterReaction, FilterReactions } from './stability-report.js';
import { filterName } from './stability-words.js';
import type { StudyDesign } from './study-design.js';

/** Largest relative difference of a column to the control that it is: columns written with seven digits are recognized. */
export const RECOMPUTED_TOLERANCE = 1e-6;

/** Whether a score and a control recomputed on the same image are the same number, as far as columns are written. */
export function isRecomputed(score: number, recomputed: number): boolean {
  return (
    Math.abs(score - recomputed) <= RECOMPUTED_TOLERANCE * Math.max(Math.abs(score), Math.abs(recomputed))
  );
}

/**
 * A filter on all images of its pool, undistorted and distorted. A fixed threshold stays; of images tied at a count, those of repeat 0
 * are kept in both.
 *
 * @param distorted  the control of each distorted image, in the pool's order
 */
export function filterReaction(
  {
    score,
    rule,
    control,
    seed,
  }: {
    readonly score: PooledScore;
    readonly rule: KeepRule;
    readonly control: Pick<ImageControl, 'id'>;
    readonly seed: number;
  },
  distorted: ArrayLike<number>,
): FilterReaction {
  const before = keepDecision(score, rule, { seed });
  const after = unguardedDecision(distorted, rule, tieOrder(score.pool.ids, { seed }));
  const keptBefore = new Set(before.kept);
  const inBoth = after.kept.filter((index) => keptBefore.has(index)).length;
  return {
    control: control.id,
    images: distorted.length,
    undistorted: { threshold: before.threshold, keptShare: before.keptShare },
    threshold: after.threshold,
    keptShare: after.keptShare,
    changedShare: (before.kept.length + after.kept.length - 2 * inBoth) / distorted.length,
    rankAgreement: spearmanCorrelation(score.values, distorted) ?? null,
  };
}

/** The reactions among the facts of a study, by filter; none of filters of which nothing is known yet. */
export function filterReactions(
  { arms }: Pick<StudyDesign, 'arms'>,
  facts: readonly ConditionMetadata[],
): readonly FilterReactions[] {
  return arms.flatMap(({ name, filter }): readonly FilterReactions[] => {
    const own = facts.filter(({ arm, reaction }) => arm === name && reaction !== undefined);
    if (filter === undefined || own.length === 0) return [];
    const known = own.flatMap(({ distortion, level, reaction }) =>
      reaction == null ? [] : [{ distortion, level, reaction }],
    );
    const { column } = filter;
    if (known.length === 0) return [{ filter: name, column, recomputed: null }];
    const { control, images, undistorted } = known[0]!.reaction;
    const levels = known.map(({ distortion, level, reaction }) => ({
      distortion,
      level,
      threshold: reaction.threshold,
      keptShare: reaction.keptShare,
      changedShare: reaction.changedShare,
      rankAgreement: reaction.rankAgreement,
    }));
    const { threshold, keptShare } = undistorted;
    return [{ filter: name, column, recomputed: { control, images, threshold, keptShare, levels } }];
  });
}

/** The level that changes most decisions, in a line; and which scores cannot be recomputed, once. */
export function reactionNotes(reactions: readonly FilterReactions[]): readonly string[] {
  const found = reactions.flatMap(({ filter, recomputed }) =>
    (recomputed?.levels ?? []).map((at) => ({ ...at, ...aboutFilter(filter, recomputed!) })),
  );
  const unknown = [
    ...new Set(reactions.flatMap(({ column, recomputed }) => (recomputed === null ? [`"${column}"`] : []))),
  ];
  const most = found.reduce<(typeof found)[number] | null>(
    (worst, next) => (worst === null || next.changedShare > worst.changedShare ? next : worst),
    null,
  );
  const isOfSeveral = new Set(found.map(({ filter }) => filter)).size > 1;
  return [
    ...(most === null
      ? []
      : [
          `The filter itself: ${most.control} recomputed on distorted images changes at most ${percentText(most.changedShare)} of ${countText(most.images)} decisions, ` +
            `under ${most.distortion} ${most.level}${isOfSeveral ? `, by ${filterName(most.filter)}` : ''}: rank agreement ${agreementText(most.rankAgreement)}, kept ${percentText(most.keptShare)} (undistorted ${percentText(most.before)}).`,
        ]),
    ...(unknown.length === 0
      ? []
      : [
          `How the filter itself reacts to distortions is unknown: ${listText(unknown)} cannot be recomputed, as no image control gives the same numbers.`,
        ]),
  ];
}

function aboutFilter(
  filter: string,
  { control, images, keptShare }: NonNullable<FilterReactions['recomputed']>,
) {
  return { filter, control, images, before: keptShare };
}

/** `0.921`; `none` where it does not exist. */
export function agreementText(rankAgreement: number | null): string {
  return rankAgreement === null ? 'none' : numberText(rankAgreement, { error: 0.01 });
}
