import { mean } from '../../numerics/mean-and-variance.js';
import { pearsonCorrelation } from '../../numerics/order-statistics.js';
import type { UncertaintyMap } from '../uncertainty-map.js';

/** What a map says of itself. */
export interface MapDiagnostics {
  /** values below 0: kept, never rooted or logged */
  readonly negatives: number;
  readonly values: number;
  readonly lowest: number;
  readonly highest: number;
  /** mean over channels of the correlation of neighbors in a row: near 0 for white noise; null where a channel is constant */
  readonly lag1: number | null;
  /** mean over pairs of channels of their correlation: near 0 where channels are noise of their own; null for one channel */
  readonly channelCorrelation: number | null;
}

function channel({ height, width, data }: UncertaintyMap, c: number): Float32Array | Float64Array {
  return data.subarray(c * height * width, (c + 1) * height * width);
}

/** Correlation of each pixel with its right neighbor. */
function rowCorrelation(values: Float32Array | Float64Array, width: number): number | undefined {
  const left = values.filter((_, i) => i % width < width - 1);
  const right = values.filter((_, i) => i % width > 0);
  return pearsonCorrelation(left, right);
}

function meanOfKnown(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? null : (mean(known) ?? null);
}

/**
 * Diagnostics of one map. In BayesDiff's released maps, lag-1 and channel correlation are both about 0.04: white noise of the
 * covariance estimator over a little signal.
 */
export function mapDiagnostics(map: UncertaintyMap): MapDiagnostics {
  let [negatives, lowest, highest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of map.data) {
    if (value < 0) negatives++;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const channels = Array.from({ length: map.channels }, (_, c) => channel(map, c));
  const pairs = channels.flatMap((first, c) =>
    channels.slice(c + 1).map((second) => pearsonCorrelation(first, second)),
  );
  return {
    negatives,
    values: map.data.length,
    lowest,
    highest,
    lag1: meanOfKnown(channels.map((values) => rowCorrelation(values, map.width))),
    channelCorrelation: meanOfKnown(pairs),
  };
}
