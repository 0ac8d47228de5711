import { jackknifeVariance } from '../../metrics/intervals/delete-group-jackknife.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { studentProbability, studentQuantile } from '../../numerics/student-t.js';

/** A standard error, and how much is known of it. */
export interface ErrorPart {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** A number with an interval; of a ratio on its logarithm. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/**
 * Jackknife over repeats: the standard error √((R − 1)/R·Σ(θ₍₋ᵣ₎ − θ̄)²) of a statistic of draws that are made anew in every repeat. Of a
 * standard deviation it needs no normal distribution, and of differences between sets drawn together it takes their correlation along.
 *
 * @param statistic  of all repeats but the one left out; null: of all
 * @returns null where some replicate is no finite number
 *
 * Source: Miller 1968, Ann. Math. Statist. 39:567, of variances.
 */
export function jackknifeOverRepeats(
  repeats: readonly number[],
  statistic: (left: number | null) => number,
): Estimate | null {
  const value = statistic(null);
  const replicates = repeats.map(statistic);
  if (![value, ...replicates].every(Number.isFinite) || repeats.length < 3) return null;
  return { value, ...jackknifeError(replicates) };
}

/** √((G − 1)/G·Σ(θ₍₋ⱼ₎ − θ̄)²), with G − 1 degrees of freedom. */
export function jackknifeError(replicates: readonly number[]): ErrorPart {
  return {
    standardError: Math.sqrt(jackknifeVariance(replicates)),
    degreesOfFreedom: replicates.length - 1,
  };
}

/**
 * Independent errors of a sum, each taken `times` over: their squares add up, and so does what is known of them.
 *
 * Source: Satterthwaite 1946, Biometrics Bulletin 2:110.
 */
export function combinedError(parts: readonly (ErrorPart & { readonly times?: number })[]): ErrorPart {
  const variances = parts.map(({ standardError, times = 1 }) => (times * standardError) ** 2);
  const total = compensatedSum(variances);
  const spread = compensatedSum(variances.map((variance, i) => variance ** 2 / parts[i]!.degreesOfFreedom));
  return {
    standardError: Math.sqrt(total),
    degreesOfFreedom:
      spread === 0
        ? Math.min(...parts.map(({ degreesOfFreedom }) => degreesOfFreedom))
        : Math.max(1, Math.floor(total ** 2 / spread)),
  };
}

/** Bounds by Student's t. */
export function bounds(
  { value, standardError, degreesOfFreedom }: Estimate,
  level: number,
): { readonly low: number; readonly high: number } {
  const half = studentQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return { low: value - half, high: value + half };
}

/** Two-sided p of no difference. */
export function differencePValue({ value, standardError, degreesOfFreedom }: Estimate): number {
  if (standardError === 0) return value === 0 ? 1 : Number.EPSILON;
  return Math.max(Number.EPSILON, 1 - studentProbability(Math.abs(value) / standardError, degreesOfFreedom));
}

/**
 * p of a difference as large as the margin or larger, by two one-sided tests.
 *
 * Source: Schuirmann 1987, doi:10.1007/BF01068419.
 */
export function equivalencePValue(
  { value, standardError, degreesOfFreedom }: Estimate,
  margin: number,
): number {
  const left = margin - Math.abs(value);
  if (standardError === 0) return left > 0 ? Number.EPSILON : 1;
  const both = 1 - studentProbability(Math.abs(left) / standardError, degreesOfFreedom);
  return Math.max(Number.EPSILON, left > 0 ? both / 2 : 1 - both / 2);
}
