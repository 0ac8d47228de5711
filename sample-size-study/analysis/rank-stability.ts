import { kendallTau } from './kendall-tau.js';

/** The repeats of several arms at one sample size: `values[arm][repeat]`, repeat r of all arms drawn together. */
export interface ArmRepeats {
  readonly sampleSize: number;
  readonly values: readonly (readonly number[])[];
}

/** How well one sample size orders the arms as the largest does. */
export interface RankStability {
  readonly sampleSize: number;
  /** mean τ_b between the order of a repeat and the order at the largest size; null where undefined */
  readonly meanTau: number | null;
  /** share of repeats with the same best arm as at the largest size */
  readonly sameBest: number;
  /** share of repeats in which two arms stand in the reverse order: [first arm][second arm] */
  readonly flips: readonly (readonly number[])[];
}

/**
 * Rank stability against given final values.
 *
 * @param final  value of each arm that counts as the truth: its mean at the largest size, or its limit
 * @param direction  which value is best
 */
export function rankStability(
  { sampleSize, values }: ArmRepeats,
  {
    final,
    direction,
  }: { readonly final: readonly number[]; readonly direction: 'lower-is-better' | 'higher-is-better' },
): RankStability {
  const repeats = values[0]?.length ?? 0;
  const draws = Array.from({ length: repeats }, (_, r) => values.map((arm) => arm[r]!));
  const taus = draws.map((draw) => kendallTau(draw, final)).filter((tau) => tau !== undefined);
  const best = (list: readonly number[]) =>
    list.indexOf(direction === 'lower-is-better' ? Math.min(...list) : Math.max(...list));
  const flips = final.map((truth, i) =>
    final.map((other, j) => share(draws, (draw) => (draw[i]! - draw[j]!) * (truth - other) < 0)),
  );
  return {
    sampleSize,
    meanTau: taus.length === 0 ? null : taus.reduce((sum, tau) => sum + tau, 0) / taus.length,
    sameBest: share(draws, (draw) => best(draw) === best(final)),
    flips,
  };
}

function share<T>(list: readonly T[], holds: (item: T) => boolean): number {
  return list.filter(holds).length / list.length;
}
