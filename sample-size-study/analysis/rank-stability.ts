import { largestOf, leastOf } from '../../numerics/order-statistics.js';

/** The repeats of several sets at one sample size: `values[arm][repeat]`, repeat r of all sets drawn together. */
export interface ArmRepeats {
  readonly sampleSize: number;
  readonly values: readonly (readonly number[])[];
}

/** How well one sample size orders the sets as the final values do. */
export interface RankStability {
  readonly sampleSize: number;
  /** mean τ_b between the order of a repeat and the final order, sets that are not ranked being tied there; null where undefined */
  readonly meanTau: number | null;
  /** share of repeats with the same best set as in the end; null where no set is ranked before all others */
  readonly sameBest: number | null;
  /** share of repeats in which two sets stand in the reverse order: [first arm][second arm] */
  readonly flips: readonly (readonly number[])[];
}

/**
 * Rank stability against given final values.
 *
 * @param final  value of each set that counts as the truth: its mean at the largest size, or its limit
 * @param direction  which value is best
 * @param isRanked  whether two sets, by index, differ significantly
 *
 * Agrees with: `kendallTau` where all pairs are ranked, or those of equal values are not.
 */
export function rankStability(
  { sampleSize, values }: ArmRepeats,
  {
    final,
    direction,
    isRanked,
  }: {
    readonly final: readonly number[];
    readonly direction: 'lower-is-better' | 'higher-is-better';
    readonly isRanked: (first: number, second: number) => boolean;
  },
): RankStability {
  const repeats = values[0]?.length ?? 0;
  const draws = Array.from({ length: repeats }, (_, r) => values.map((arm) => arm[r]!));
  const order = final.map((one, i) =>
    final.map((other, j) => (i !== j && isRanked(i, j) ? Math.sign(one - other) : 0)),
  );
  const taus = draws.map((draw) => pairwiseTau(draw, order)).filter((tau) => tau !== null);
  const bestOf = (list: readonly number[]) =>
    list.indexOf(direction === 'lower-is-better' ? leastOf(list) : largestOf(list));
  const best = bestOf(final);
  const isClear = order[best]!.every((sign, j) => j === best || sign !== 0);
  const flips = final.map((truth, i) =>
    final.map((other, j) => share(draws, (draw) => (draw[i]! - draw[j]!) * (truth - other) < 0)),
  );
  return {
    sampleSize,
    meanTau: taus.length === 0 ? null : taus.reduce((sum, tau) => sum + tau, 0) / taus.length,
    sameBest: isClear ? share(draws, (draw) => bestOf(draw) === best) : null,
    flips,
  };
}

/** τ_b = (C − D) / √(untied pairs of the one · of the other), the final order being given as signs of pairs. */
function pairwiseTau(draw: readonly number[], order: readonly (readonly number[])[]): number | null {
  let [balance, untiedDraw, untiedOrder] = [0, 0, 0];
  for (let i = 0; i < draw.length; i++) {
    for (let j = 0; j < i; j++) {
      const sign = Math.sign(draw[i]! - draw[j]!);
      balance += sign * order[i]![j]!;
      untiedDraw += Math.abs(sign);
      untiedOrder += Math.abs(order[i]![j]!);
    }
  }
  return untiedDraw === 0 || untiedOrder === 0 ? null : balance / Math.sqrt(untiedDraw * untiedOrder);
}

function share<T>(list: readonly T[], holds: (item: T) => boolean): number {
  return list.filter(holds).length / list.length;
}
