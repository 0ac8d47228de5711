import { ShapeError } from '../../errors.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';

/** What a metric says of growing distortion. */
export interface DistortionResponse {
  /** τ_b between level and badness: 1 for a metric that worsens at every step */
  readonly monotonicity: number | null;
  /** first level whose value is no worse than that of the level before; null where there is none */
  readonly firstInversion: number | null;
  /** levels at which the distorted set scores better than the undistorted one */
  readonly improvedLevels: readonly number[];
  /** first level from which the value changes by less than 5 % of its whole range; null where it does not settle */
  readonly saturation: number | null;
}

const SETTLED_SHARE = 0.05;

/**
 * Response of one metric to one family.
 *
 * @param levels  values by level, the undistorted set as level 0 first
 */
export function distortionResponse(
  levels: readonly { readonly level: number; readonly value: number }[],
  { direction }: { readonly direction: 'lower-is-better' | 'higher-is-better' },
): DistortionResponse {
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const sorted = [...levels].sort((a, b) => a.level - b.level);
  const badness = sorted.map(({ value }) => sign * value);
  const inversion = sorted.findIndex((_, i) => i > 0 && badness[i]! <= badness[i - 1]!);
  const range = largestOf(badness) - leastOf(badness);
  const last = badness.at(-1)!;
  const settled = sorted.findIndex((_, i) =>
    badness.slice(i).every((value) => Math.abs(value - last) < SETTLED_SHARE * range),
  );
  return {
    monotonicity:
      kendallTau(
        sorted.map(({ level }) => level),
        badness,
      ) ?? null,
    firstInversion: inversion < 0 ? null : sorted[inversion]!.level,
    improvedLevels: sorted.filter((_, i) => i > 0 && badness[i]! < badness[0]!).map(({ level }) => level),
    saturation: settled < 0 || settled >= sorted.length - 1 ? null : sorted[settled]!.level,
  };
}

/**
 * Kendall's rank correlation with ties, τ_b = (C − D) / √((n₀ − n₁)(n₀ − n₂)): C and D concordant and discordant pairs,
 * n₀ = n(n − 1)/2, n₁ and n₂ the pairs tied in the first and the second list.
 *
 * @returns from −1 (reversed) to 1 (same order); undefined where one list has no two different values
 * @throws ShapeError SHAPE_MISMATCH if the lists differ in length
 *
 * Source: Kendall 1945, "The treatment of ties in ranking problems".
 * Agrees with: scipy.stats.kendalltau to 1e-12, test/reference/study-analysis.json.
 */
export function kendallTau(first: readonly number[], second: readonly number[]): number | undefined {
  if (first.length !== second.length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'kendallTau',
      expected: 'both lists must have the same length',
      received: `${first.length} and ${second.length}`,
    });
  }
  let balance = 0;
  let untiedFirst = 0;
  let untiedSecond = 0;
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const signFirst = Math.sign(first[i]! - first[j]!);
      const signSecond = Math.sign(second[i]! - second[j]!);
      balance += signFirst * signSecond;
      untiedFirst += Math.abs(signFirst);
      untiedSecond += Math.abs(signSecond);
    }
  }
  if (untiedFirst === 0 || untiedSecond === 0) return undefined;
  return balance / Math.sqrt(untiedFirst * untiedSecond);
}
