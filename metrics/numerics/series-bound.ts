import type { SeriesProducts } from './series-graph.js';

/**
 * What the mean of a·b·eᵗ may be off by where the series' tail is summed from products that are off: with δ the most that t may be off
 * by, |(t + δ)³ − t³|/6 ≤ δ/2·(t² + |t|δ + δ²/3), the mean of |t| is at most the root of that of t², and what is left out begins with
 * t⁴/24 for bytes, t⁵/120 for float32.
 *
 * @param bound  the mean of t², δ, and the largest |t|
 */
export function seriesBound({
  square,
  off,
  largest,
  products,
}: {
  readonly square: number;
  readonly off: number;
  readonly largest: number;
  readonly products: SeriesProducts;
}): number {
  const tail = (off / 2) * (square + Math.sqrt(square) * off + off ** 2 / 3);
  const first = products === 'int8' ? largest ** 2 / 24 : largest ** 3 / 120;
  return tail + square * Math.exp(largest) * first;
}

/** The most that a product of two vectors may differ from that of what they were rounded to. */
export function offInRounded(
  x: { readonly largestNorm: number },
  y: { readonly largestNorm: number },
  { rowError, columnError }: { readonly rowError: number; readonly columnError: number },
): number {
  return rowError * Math.sqrt(y.largestNorm) + (Math.sqrt(x.largestNorm) + rowError) * columnError;
}
