import { mean } from './mean-and-variance.js';

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
 * Pearson's correlation of values paired by their place.
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
