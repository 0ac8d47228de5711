/** One sample size of a curve: the repeats there, summarized. */
export interface CurvePoint {
  readonly sampleSize: number;
  readonly repeats: number;
  readonly mean: number;
  /** of the repeats, divisor R − 1; null with one repeat, or where all repeats are the same images */
  readonly standardDeviation: number | null;
}
