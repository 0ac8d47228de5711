/** Above this share of the pool the repeats overlap so much that their spread says little: no band is drawn. */
export const LARGEST_POOL_SHARE = 0.8;

/**
 * Spread of independent draws of n images from the spread of subsets drawn without replacement from a pool of N:
 * sd / √(1 − n/N).
 *
 * @returns null where n/N is above 0.8
 */
export function poolCorrectedDeviation(
  standardDeviation: number,
  { sampleSize, poolSize }: { readonly sampleSize: number; readonly poolSize: number },
): number | null {
  const share = sampleSize / poolSize;
  return share > LARGEST_POOL_SHARE ? null : standardDeviation / Math.sqrt(1 - share);
}
