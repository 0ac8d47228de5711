import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { combinedError } from './analysis/paired-repeats.js';
import type { FilterStability, StabilityRatio } from './stability-report.js';
import { asRatio } from './stability-side.js';
import type { StudyReport } from './study-report.js';

/** What of a filtered set is compared, as a ratio to as many random images. */
export type StabilityQuantity = 'value' | 'standardDeviation' | 'coefficientOfVariation';

const QUANTITIES: readonly StabilityQuantity[] = ['coefficientOfVariation', 'standardDeviation', 'value'];

/** One ratio of filtered to random images in two studies. */
export interface StabilityComparison {
  readonly metric: string;
  /** name of the filtered set in either study */
  readonly filters: readonly [string, string];
  readonly quantity: StabilityQuantity;
  readonly first: StabilityRatio;
  readonly second: StabilityRatio;
  /** second over first */
  readonly ratio: StabilityRatio;
  /** of equal ratios, adjusted for all that were compared */
  readonly pHolm: number;
}

/**
 * How filtering acts in two studies: the ratios of the second to those of the first, of filters of the same name, or the only ones. Errors count
 * as independent: studies of one set have its error in common, and their ratios differ by less than is said.
 */
export function stabilityComparison(
  first: Pick<StudyReport, 'stability'>,
  second: Pick<StudyReport, 'stability'>,
): readonly StabilityComparison[] {
  const [own, theirs] = [first, second].map(({ stability = [] }) =>
    stability.filter(({ role }) => role === 'random'),
  ) as [FilterStability[], FilterStability[]];
  const areSingle = [own, theirs].every((side) => new Set(side.map(({ filter }) => filter)).size === 1);
  const found = own.flatMap((one) => {
    const other = theirs.find(
      ({ metric, filter }) => metric === one.metric && (areSingle || filter === one.filter),
    );
    return other === undefined ? [] : QUANTITIES.flatMap((quantity) => comparedRatio(one, other, quantity));
  });
  const adjusted = holmAdjusted(found.map(({ ratio }) => ratio.pValue));
  return found.map((one, i) => ({ ...one, pHolm: adjusted[i]! }));
}

function comparedRatio(
  first: FilterStability,
  second: FilterStability,
  quantity: StabilityQuantity,
): readonly Omit<StabilityComparison, 'pHolm'>[] {
  const [one, other] = [first[quantity], second[quantity]];
  if (one === null || other === null) return [];
  const ratio = asRatio({ value: Math.log(other.ratio / one.ratio), ...combinedError([one, other]) });
  if (ratio === null) return [];
  const filters = [first.filter, second.filter] as const;
  return [{ metric: first.metric, filters, quantity, first: one, second: other, ratio }];
}
