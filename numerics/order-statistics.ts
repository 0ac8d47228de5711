import { OptionError, SampleSizeError } from '../errors.js';
import { mean } from './mean-and-variance.js';

/** The least of any number of values; Infinity of none. */
export function leastOf(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** The largest of any number of values; −Infinity of none. */
export function largestOf(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}

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

/**
 * Ranks from 1, ties sharing the mean of their ranks.
 *
 * @example
 * ranks([10, 30, 30, 20]).join(' '); // 1 3.5 3.5 2
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => values[a]! - values[b]!,
  );
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/**
 * Pearson's correlation of values paired by their index.
 *
 * @returns in [−1, 1]; undefined for fewer than two pairs or where one side is constant
 * @example
 * pearsonCorrelation([1, 2, 3], [2, 4, 6]); // 1
 */
export function pearsonCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  const n = Math.min(first.length, second.length);
  if (n < 2 || isConstant(first) || isConstant(second)) return undefined;
  const [firstMean, secondMean] = [mean(first)!, mean(second)!];
  let [product, firstSquares, secondSquares] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [first[i]! - firstMean, second[i]! - secondMean];
    product += a * b;
    firstSquares += a * a;
    secondSquares += b * b;
  }
  return Math.max(-1, Math.min(1, product / Math.sqrt(firstSquares) / Math.sqrt(secondSquares)));
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing theirs.
 *
 * @returns in [−1, 1]; undefined for fewer than two pairs or where one side is constant
 *
 * Agrees with: scipy.stats.spearmanr.
 *
 * @example
 * spearmanCorrelation([1, 2, 3, 4], [1, 8, 27, 64]); // 1
 */
export function spearmanCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  return pearsonCorrelation(ranks(first), ranks(second));
}

/**
 * Share of the pairs with different outcomes whose larger outcome has the larger prediction, equal predictions counting half: the area
 * under the ROC curve where outcomes are 0 and 1.
 *
 * @returns 0 … 1: 0.5 by chance, 1 where the order is the same; 0.5 where all outcomes are equal
 *
 * Agrees with: sklearn.metrics.roc_auc_score.
 *
 * @example
 * concordance([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function concordance(outcomes: ArrayLike<number>, predictions: ArrayLike<number>): number {
  const levels = [...new Set(Array.from(outcomes))].sort((a, b) => a - b);
  const order = Uint32Array.from({ length: outcomes.length }, (_, i) => i).sort(
    (a, b) => predictions[a]! - predictions[b]!,
  );
  const below = levels.map(() => 0);
  let [agreeing, pairs] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && predictions[order[end]!] === predictions[order[start]!]) end++;
    const here = levels.map(() => 0);
    for (let i = start; i < end; i++) here[levels.indexOf(outcomes[order[i]!]!)]!++;
    for (let high = 1; high < levels.length; high++)
      for (let low = 0; low < high; low++) agreeing += here[high]! * (below[low]! + here[low]! / 2);
    for (let level = 0; level < levels.length; level++) below[level]! += here[level]!;
    start = end;
  }
  for (let high = 1; high < levels.length; high++)
    for (let low = 0; low < high; low++) pairs += below[high]! * below[low]!;
  return pairs === 0 ? 0.5 : agreeing / pairs;
}
