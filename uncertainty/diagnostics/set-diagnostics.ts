import type { Warning } from '../../encoders/encoder.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { countText, numberText, percentText } from '../../numerics/number-text.js';
import type { MapDiagnostics } from './map-diagnostics.js';

/** Diagnostics over all maps of a set. */
export interface SetDiagnostics {
  readonly maps: number;
  readonly negatives: number;
  readonly values: number;
  readonly negativeShare: number;
  /** means over the maps that have one; null where none has */
  readonly lag1: number | null;
  readonly channelCorrelation: number | null;
  readonly warnings: readonly Warning[];
}

/** Below this, neighboring pixels or channels tell as good as nothing of each other. */
const NOISE = 0.1;

function meanOf(values: readonly (number | null)[]): number | null {
  return mean(values.filter((value) => value !== null)) ?? null;
}

function digits(value: number): string {
  return numberText(value, { error: 0.1 });
}

/** What a reader must know of a set of maps before trusting scores from them. */
export function setDiagnostics(maps: readonly MapDiagnostics[]): SetDiagnostics {
  const negatives = maps.reduce((sum, map) => sum + map.negatives, 0);
  const values = maps.reduce((sum, map) => sum + map.values, 0);
  const negativeShare = values === 0 ? 0 : negatives / values;
  const lag1 = meanOf(maps.map((map) => map.lag1));
  const channelCorrelation = meanOf(maps.map((map) => map.channelCorrelation));
  const warnings: Warning[] = [];
  if (negatives > 0) {
    warnings.push({
      code: 'NEGATIVE_VARIANCES',
      message: `${countText(negatives)} of ${countText(values)} values (${percentText(negativeShare)}) are negative, as differences of estimates can be; they are kept unchanged.`,
    });
  }
  const isNoise =
    lag1 !== null && lag1 < NOISE && (channelCorrelation === null || channelCorrelation < NOISE);
  if (isNoise) {
    const channels = channelCorrelation === null ? '' : ` and channels by ${digits(channelCorrelation)}`;
    warnings.push({
      code: 'NOISE_LIKE_MAPS',
      message: `Neighboring pixels correlate by ${digits(lag1)}${channels}: the maps are nearly white noise. Sums are more reliable than single pixels, maxima or high quantiles.`,
    });
  }
  return { maps: maps.length, negatives, values, negativeShare, lag1, channelCorrelation, warnings };
}
