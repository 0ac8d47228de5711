import { mean } from '../../numerics/mean-and-variance.js';
import { pearsonCorrelation, spearmanCorrelation } from '../../numerics/order-statistics.js';
import type { PixelMap } from '../pixel-map.js';

/** A correlation of two halves, and the reliability of their average; null below 0, where there is none. */
interface Agreement {
  readonly single: number;
  readonly averaged: number | null;
}

/** How far two independent maps of the same images agree. */
export interface SplitHalfReliability {
  readonly images: number;
  /** mean over images of the pixel correlation, and of both maps averaged (Spearman–Brown) */
  readonly pixels: Agreement | null;
  /** rank correlation over images of the two scores, and of their average; null for fewer than three images */
  readonly scores: Agreement | null;
}

/**
 * Reliability of the mean of two halves from their correlation r: 2r/(1 + r).
 *
 * Source: Spearman 1910 and Brown 1910, British Journal of Psychology 3.
 *
 * @example
 * spearmanBrown(0.5); // 2/3
 */
export function spearmanBrown(correlation: number): number {
  return (2 * correlation) / (1 + correlation);
}

function both(single: number | undefined): Agreement | null {
  return single === undefined ? null : { single, averaged: single < 0 ? null : spearmanBrown(single) };
}

/**
 * @param pairs  two maps of each image that share no random draws, of the same size
 * @param score  the aggregation whose reliability is asked
 */
export function splitHalfReliability(
  pairs: readonly { readonly first: PixelMap; readonly second: PixelMap }[],
  score: (map: PixelMap) => number,
): SplitHalfReliability {
  const correlations = pairs.flatMap(
    ({ first, second }) => pearsonCorrelation(first.data, second.data) ?? [],
  );
  const scores =
    pairs.length < 3
      ? undefined
      : spearmanCorrelation(
          pairs.map(({ first }) => score(first)),
          pairs.map(({ second }) => score(second)),
        );
  return { images: pairs.length, pixels: both(mean(correlations)), scores: both(scores) };
}
