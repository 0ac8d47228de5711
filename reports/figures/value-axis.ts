import type * as Plots from '@observablehq/plot';
import { defined } from '../../defined.js';
import type { ResultDirection } from '../../metrics/metric-definition.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { axisNumbers, paddedExtent } from './axis-ticks.js';

/** An axis of values: how they are placed, between which ends, and what its label adds. */
interface ValueAxis {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly ticks: number | number[];
  readonly note: string;
  text(value: number): string;
  /** pixels that numbers and ticks take */
  readonly room: number;
}

const LINEAR_TICKS = 6;

const ROUND_SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** From here on a linear axis would leave no room for the sizes at which the shares are near 1. */
const WIDE_RANGE = 4;

export function linearAxis(values: readonly number[]): ValueAxis {
  const domain = paddedExtent(values);
  return { type: 'linear', domain, ticks: LINEAR_TICKS, ...axisNumbers(domain, LINEAR_TICKS) };
}

/** Shares of the value at the largest n: on a logarithmic axis where some lie far above 1 and none at or below 0. */
export function shareAxis(shares: readonly number[]): ValueAxis {
  const [least, most] = [leastOf(shares), largestOf(shares)];
  if (least <= 0 || most < WIDE_RANGE) return linearAxis(shares);
  const domain = [least / 1.15, most * 1.15] as const;
  return {
    type: 'log',
    domain,
    ticks: ROUND_SHARES.filter((tick) => tick >= domain[0] && tick <= domain[1]),
    note: ' (log scale)',
    text: String,
    room: 0,
  };
}

const BETTER: Readonly<Record<ResultDirection, string>> = {
  'lower-is-better': '↓ lower is better',
  'higher-is-better': '↑ higher is better',
  neither: 'neither low nor high is better',
};

/** `FID (↓ lower is better)`: what an axis shows, and which way is better. */
export function metricAxis(name: string, direction: ResultDirection): string {
  return `${name} (${BETTER[direction]})`;
}

/** The axis of values at the left of a panel, its label above it. */
export function valueAxisMark(
  plot: typeof Plots,
  label: string,
  {
    ticks,
    note = '',
    text,
  }: {
    readonly ticks: number | number[];
    /** what the numbers add to the label */
    readonly note?: string;
    readonly text?: string | ((value: number) => string);
  },
): Plots.Markish {
  return plot.axisY({
    label: `${label}${note}`,
    labelArrow: 'none',
    ticks,
    ...defined({ tickFormat: text }),
    fontVariant: '',
    labelAnchor: 'top',
  });
}
