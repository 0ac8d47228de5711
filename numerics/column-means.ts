import { SampleSizeError } from '../errors.js';
import type { Rows } from './rows.js';

/** Column means with the rounding of one float64 sum, about n·1e-16 of the values. */
export function plainColumnMeans({ n, d, data }: Rows): Float64Array {
  if (n < 1) throw tooFewVectors(n, 1, 'a mean');
  const means = new Float64Array(d);
  const fours = n - (n % 4); // four rows at a time: a quarter of the sum's loads and stores
  for (let i = 0; i < fours; i += 4) {
    const from = i * d;
    for (let j = 0, at = from; j < d; j++, at++) {
      means[j]! += data[at]! + data[at + d]! + (data[at + 2 * d]! + data[at + 3 * d]!);
    }
  }
  for (let i = fours; i < n; i++) for (let j = 0; j < d; j++) means[j]! += data[i * d + j]!;
  for (let j = 0; j < d; j++) means[j]! /= n;
  return means;
}

/**
 * Column means: a first sum, then the mean of the deviations from it, which removes the first sum's rounding.
 *
 * @returns (d), float64
 * @throws SampleSizeError TOO_FEW_SAMPLES for no rows
 */
export function columnMeans(vectors: Rows): Float64Array {
  return exactColumnMeans(vectors).mean;
}

/** Column means in two parts, each (d): `mean` is their sum rounded, `meanRest` the rest. */
export function exactColumnMeans(vectors: Rows): {
  readonly mean: Float64Array;
  readonly meanRest: Float64Array;
} {
  const { n, d, data } = vectors;
  const first = plainColumnMeans(vectors);
  const drift = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) drift[j]! += data[i * d + j]! - first[j]!;
  return twoPartSum(first, (j) => drift[j]! / n);
}

/** first + change in two parts: the sum rounded, and what the rounding left off, exactly (Knuth 1969, vol. 2, 4.2.2). */
export function twoPartSum(
  first: Float64Array,
  change: (j: number) => number,
): { readonly mean: Float64Array; readonly meanRest: Float64Array } {
  const mean = new Float64Array(first.length);
  const meanRest = new Float64Array(first.length);
  for (let j = 0; j < first.length; j++) {
    const [a, b] = [first[j]!, change(j)];
    const sum = a + b;
    const part = sum - a;
    mean[j] = sum;
    meanRest[j] = a - (sum - part) + (b - part);
  }
  return { mean, meanRest };
}

/** `gaussianMoments: a covariance needs at least 2 vectors; got 1. Supply more images.` */
export function tooFewVectors(
  n: number,
  needed: number,
  what: string,
  where = 'gaussianMoments',
): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `${what} needs at least ${needed} vector${needed === 1 ? '' : 's'}`,
    received: String(n),
    help: 'Supply more images.',
    n,
    needed,
  });
}
