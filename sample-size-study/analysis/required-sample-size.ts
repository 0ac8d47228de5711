/** Two-sided 95 % point of the standard normal distribution. */
const Z_95 = 1.959963984540054;

/** How many images bring the bias b/n down to `share` of the limit: |b| / (share·|limit|), rounded up. */
export function requiredForBias({
  slope,
  limit,
  share,
}: {
  readonly slope: number;
  readonly limit: number;
  readonly share: number;
}): number | null {
  return limit === 0 ? null : Math.ceil(Math.abs(slope) / (share * Math.abs(limit)));
}

/**
 * How many images bring the half-width of a 95 % interval down to `share` of the limit: (z·s / (share·|limit|))²,
 * s = sd·√n the spread of a single image, rounded up.
 */
export function requiredForPrecision({
  standardDeviation,
  sampleSize,
  limit,
  share,
}: {
  readonly standardDeviation: number;
  readonly sampleSize: number;
  readonly limit: number;
  readonly share: number;
}): number | null {
  if (limit === 0) return null;
  return Math.ceil(sampleSize * ((Z_95 * standardDeviation) / (share * Math.abs(limit))) ** 2);
}

/**
 * The smallest sample size from which on the curve stays within `share` of the target for good.
 *
 * @returns null where even the largest size is farther away, or the target is 0
 */
export function settledSize(
  curve: readonly { readonly sampleSize: number; readonly mean: number }[],
  { target, share }: { readonly target: number; readonly share: number },
): number | null {
  if (target === 0) return null;
  let settled: number | null = null;
  for (const { sampleSize, mean } of [...curve].sort((a, b) => b.sampleSize - a.sampleSize)) {
    if (Math.abs(mean - target) > share * Math.abs(target)) break;
    settled = sampleSize;
  }
  return settled;
}
