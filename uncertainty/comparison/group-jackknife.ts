import { mean } from '../../metrics/numerics/mean-and-variance.js';
import { studentQuantile } from '../../metrics/numerics/student-t.js';

/** An estimate with what its replicates say of its spread. */
export interface EstimateWithInterval {
  readonly value: number;
  readonly standardError: number;
  readonly interval: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: string;
  };
}

/**
 * Delete-group jackknife: se² = (g − 1)/g · Σ(θ₍₋ⱼ₎ − mean)², interval by Student's t with g − 1 degrees of freedom.
 *
 * @param estimate  from all images; it is reported as it is, not de-biased
 * @param replicates  the same, each without one of g groups
 *
 * Source: Kott 2001, Journal of Official Statistics 17:521–526.
 */
export function groupJackknife(
  estimate: number,
  replicates: readonly number[],
  { level }: { readonly level: number },
): EstimateWithInterval {
  const groups = replicates.length;
  const center = mean(replicates)!;
  const squares = replicates.reduce((sum, replicate) => sum + (replicate - center) ** 2, 0);
  const standardError = Math.sqrt(((groups - 1) / groups) * squares);
  const half = studentQuantile((1 + level) / 2, groups - 1) * standardError;
  const interval = { low: estimate - half, high: estimate + half, level, method: `jackknife-${groups}` };
  return { value: estimate, standardError, interval };
}
