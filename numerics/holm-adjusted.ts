/**
 * p values adjusted for having tried them all, by Holm's step-down: the family-wise error stays below the level whatever
 * their dependence.
 *
 * Source: Holm 1979, Scandinavian Journal of Statistics 6:65–70.
 *
 * @example
 * holmAdjusted([0.01, 0.04, 0.03]).join(' '); // 0.03 0.06 0.06
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = highest;
  });
  return adjusted;
}
