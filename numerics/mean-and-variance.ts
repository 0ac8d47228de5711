/**
 * Arithmetic mean.
 *
 * @returns undefined for no values
 * @example
 * mean([4, 7, 13, 16]); // 10
 */
export function mean(values: ArrayLike<number>): number | undefined {
  return values.length === 0 ? undefined : compensatedSum(values) / values.length;
}

/**
 * Variance in deviations from the mean, corrected for the rounding of the mean.
 *
 * @param ddof  the divisor is n − ddof: 1 estimates, 0 describes
 * @returns undefined where n ≤ ddof, for such a spread does not exist
 * @source Chan, Golub & LeVeque 1983, eq. 1.7 (corrected two-pass)
 * @example
 * variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], 1); // 30
 */
export function variance(values: ArrayLike<number>, ddof: 0 | 1): number | undefined {
  const n = values.length;
  if (n <= ddof) return undefined;
  const center = mean(values)!;
  const deviations = Float64Array.from(values, (value) => value - center);
  const drift = compensatedSum(deviations);
  const squares = compensatedSum(deviations.map((deviation) => deviation * deviation));
  return Math.max(0, squares - (drift * drift) / n) / (n - ddof);
}

/**
 * Square root of `variance`.
 *
 * @returns undefined where n ≤ ddof
 * @example
 * standardDeviation([2, 4, 4, 4, 5, 5, 7, 9], 0); // 2
 */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1): number | undefined {
  const squared = variance(values, ddof);
  return squared === undefined ? undefined : Math.sqrt(squared);
}

/**
 * Sum by Neumaier's compensated summation: the error is about one rounding of the result, whatever the count and order.
 *
 * @returns Σ values; 0 for none
 * @source Neumaier 1974, ZAMM 54:39–51
 * @example
 * compensatedSum([1e16, 1, -1e16]); // 1
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let compensation = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = sum + value;
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + compensation;
}
