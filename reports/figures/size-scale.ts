import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { sizeTicks } from './axis-ticks.js';

export type ScaleKind = 'log' | 'linear';

/** Places on an axis of sample sizes, given as shares of the length that the data take. */
export interface SizeScale {
  readonly kind: ScaleKind;
  readonly low: number;
  readonly high: number;
  /** the place a share of the data's length right of the largest size */
  after(share: number): number;
  /** the place a share of the data's length left of the smallest size */
  before(share: number): number;
  readonly ticks: readonly number[];
  readonly label: string;
}

/** A single size gets room on both sides, as if it were one of several. */
export function sizeScale(sizes: readonly number[], kind: ScaleKind): SizeScale {
  const [low, high] = [leastOf(sizes), largestOf(sizes)];
  if (kind === 'linear') {
    const span = Math.max(high - low, high / 2);
    return {
      kind,
      low,
      high,
      after: (share) => high + share * span,
      before: (share) => low - share * span,
      ticks: evenTicks(high),
      label: 'generated images n →',
    };
  }
  const span = Math.max(Math.log10(high / low), 0.3);
  return {
    kind,
    low,
    high,
    after: (share) => high * 10 ** (share * span),
    before: (share) => low * 10 ** (-share * span),
    ticks: sizeTicks(sizes),
    label: 'generated images n (log scale) →',
  };
}

/** Multiples of a round step up to the largest size, five at most. */
function evenTicks(high: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(high));
  const step = [0.2, 0.5, 1, 2].map((part) => part * power).find((length) => high / length <= 5)!;
  return Array.from({ length: Math.floor(high / step) }, (_, i) => Math.round((i + 1) * step)).filter(
    (tick) => tick > 0,
  );
}
