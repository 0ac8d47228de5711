import { OptionError, SampleSizeError } from '../../errors.js';

/**
 * Quantile by linear interpolation between order statistics (numpy's default, Hyndman & Fan's type 7).
 *
 * @param p  in [0, 1]
 * @returns undefined for no values
 * @throws OptionError OUT_OF_RANGE if p is outside [0, 1]
 * @example
 * quantile([1, 2, 3, 10], 0.5); // 2.5
 */
export function quantile(values: ArrayLike<number>, p: number): number | undefined {
  if (!(p >= 0 && p <= 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'quantile',
      expected: 'p must lie in [0, 1]',
      received: String(p),
    });
  }
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * The middle value, or the mean of the two middle values.
 *
 * @returns undefined for no values
 * @example
 * median([3, 1, 2]); // 2
 */
export function median(values: ArrayLike<number>): number | undefined {
  return quantile(values, 0.5);
}

/**
 * The k-th smallest value, counted from 1, duplicates included: Hoare's selection, O(n) on average.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if there is no k-th value
 * @example
 * kthSmallest([5, 1, 4, 1], 2); // 1
 */
export function kthSmallest(values: ArrayLike<number>, k: number): number {
  if (!(Number.isInteger(k) && k >= 1 && k <= values.length)) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'kthSmallest',
      expected: `k must be a whole number from 1 to the ${values.length} values`,
      received: String(k),
    });
  }
  const work = Float64Array.from(values);
  let low = 0;
  let high = work.length - 1;
  while (low < high) {
    const pivot = work[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (work[i]! < pivot) i++;
      while (work[j]! > pivot) j--;
      if (i <= j) {
        [work[i], work[j]] = [work[j]!, work[i]!];
        i++;
        j--;
      }
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return work[k - 1]!;
}
