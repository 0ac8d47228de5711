import type * as Plots from '@observablehq/plot';
import { paddedExtent } from './axis-ticks.js';

const ROUND_SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** From here on a linear axis would leave no room for the sizes at which the shares are near 1. */
const WIDE_RANGE = 4;

/** The axis of shares of the value at the largest n: logarithmic where some lie far above 1 and none at or below 0. */
export function shareScale(shares: readonly number[]): {
  readonly y: Plots.ScaleOptions;
  readonly ticks: number | number[];
  readonly note: string;
} {
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  if (least <= 0 || most < WIDE_RANGE) {
    return { y: { domain: [...paddedExtent(shares)], label: null }, ticks: 6, note: '' };
  }
  const [from, to] = [least / 1.15, most * 1.15];
  return {
    y: { type: 'log', domain: [from, to], label: null },
    ticks: ROUND_SHARES.filter((tick) => tick >= from && tick <= to),
    note: ' (log scale)',
  };
}
