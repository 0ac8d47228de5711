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
