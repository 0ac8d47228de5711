import type * as Plots from '@observablehq/plot';
import { countText, numberText } from '../../numerics/number-text.js';
import { type BiasFit, isNearZero } from '../../sample-size-study/analysis/bias-fit.js';
import { asymptoticText, meanText } from '../../sample-size-study/curve-texts.js';
import { valueError } from '../../sample-size-study/final-values.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { sizeText } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { DrawnCurve } from './drawn-curve.js';
import { dotOf, intervalMark, ofSeries, strokeOf } from './series-marks.js';
import { linearAxis, valueAxisMark } from './value-axis.js';

export const BIAS_PANEL = { width: 350, height: 260 } as const;
const WIDTH = BIAS_PANEL.width;
const HEIGHT = BIAS_PANEL.height;
const TICK_GAP = 34;

export type FittedCurve = DrawnCurve & { readonly curve: StudyCurve & { readonly fit: BiasFit } };

/** How far an axis of 1/n goes, and the sizes that it names. */
export interface InverseSizes {
  readonly end: number;
  readonly ticks: readonly number[];
}

/** Sizes whose labels do not collide when they stand at 1/n; ∞ stands at 0. */
export function inverseTicks(sizes: readonly number[], end: number): readonly number[] {
  const least = (TICK_GAP / (WIDTH - 68)) * end * 1.08;
  const chosen: number[] = [];
  for (const size of [...new Set(sizes)].sort((a, b) => a - b)) {
    const isFree = chosen.every((other) => 1 / other - 1 / size >= least);
    if (isFree && 1 / size >= least) chosen.push(size);
  }
  return chosen;
}

export function isInWindow(sampleSize: number, { window }: BiasFit): boolean {
  return sampleSize >= window.from && sampleSize <= window.to;
}

export function shownPoints({ curve }: FittedCurve, end: number) {
  return curve.points
    .filter(({ sampleSize }) => 1 / sampleSize <= end * 1.001)
    .map((point) => {
      const { sampleSize, mean } = point;
      const line = curve.fit.limit + curve.fit.slope / sampleSize;
      const residual = isNearZero({ ...point, repeats: point.values.length })
        ? null
        : (100 * (mean - line)) / Math.abs(mean);
      const off =
        residual === null
          ? 'not significantly different from 0'
          : `${numberText(residual, { error: 0.1 })} % off`;
      return {
        x: 1 / sampleSize,
        sampleSize,
        mean,
        /** in percent of the mean; null where that does not differ significantly from 0 */
        residual,
        isFitted: isInWindow(sampleSize, curve.fit),
        title: visibleText(
          `${curve.arm}, n = ${countText(sampleSize)}: mean ${meanText(curve, point)}, line ${numberText(line, { error: valueError(curve, point) })} (${off})`,
        ),
      };
    });
}

export function biasFrame({ ticks }: InverseSizes, plot: typeof Plots): readonly Plots.Markish[] {
  return [
    plot.gridY({ ticks: 6, strokeOpacity: 0.12 }),
    plot.ruleX([0], { strokeOpacity: 0.35, strokeDasharray: '2 2' }),
    plot.axisX({
      ticks: [0, ...ticks.map((size) => 1 / size)],
      tickFormat: (value: number) => (value === 0 ? '∞' : sizeText(Math.round(1 / value))),
      label: null,
      fontVariant: '',
    }),
    plot.text(['← more images n (axis linear in 1/n)'], {
      frameAnchor: 'bottom-right',
      dy: 30,
      textAnchor: 'end',
    }),
  ];
}

export const BIAS_MARGINS = { marginLeft: 52, marginRight: 8, marginTop: 26, marginBottom: 36 };

/** Means against 1/n, the line fitted to them, and the limit that it meets. */
export function biasLinePanel(
  fitted: readonly FittedCurve[],
  { label, ...sizes }: InverseSizes & { readonly label: string },
  { plot, drawing }: DrawingBoard,
): Html {
  const { end } = sizes;
  const axis = linearAxis(
    fitted.flatMap((entry) => {
      const { fit, limitInterval } = entry.curve;
      return [
        ...shownPoints(entry, end).map(({ mean }) => mean),
        fit.limit,
        ...(limitInterval === null ? [] : [limitInterval.low, limitInterval.high]),
      ];
    }),
  );
  const extent = axis.domain;
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...BIAS_MARGINS,
    marginLeft: Math.max(BIAS_MARGINS.marginLeft, axis.room),
    x: { domain: [-0.04 * end, 1.04 * end], label: null },
    y: { domain: [...extent], label: null },
    marks: [
      ...biasFrame(sizes, plot),
      ...(extent[0] < 0 && extent[1] > 0 ? [plot.ruleY([0], { strokeOpacity: 0.5 })] : []),
      ...fitted.flatMap((entry) => lineMarks(entry, { end, extent, plot })),
      valueAxisMark(plot, label, axis),
    ],
  });
}

function lineMarks(
  entry: FittedCurve,
  {
    end,
    extent,
    plot,
  }: { readonly end: number; readonly extent: readonly [number, number]; readonly plot: typeof Plots },
): readonly Plots.Markish[] {
  const { curve, look, series } = entry;
  const { fit, analyticSlope, limitInterval } = curve;
  const at = (x: number, slope = fit.slope) => ({ x, y: fit.limit + slope * x });
  const isInside = ({ y }: { readonly y: number }) => y >= extent[0] && y <= extent[1];
  const points = shownPoints(entry, end);
  const xs = { x: 'x', y: 'y' } as const;
  const [first, last] = [1 / fit.window.to, 1 / fit.window.from];
  return [
    plot.line([at(first), at(last)], { ...xs, ...strokeOf(look), strokeWidth: 1.8, ...ofSeries(series) }),
    plot.line([at(0), at(first)], { ...xs, stroke: look.color, strokeDasharray: '4 3', ...ofSeries(series) }),
    ...(analyticSlope === null
      ? []
      : [
          plot.line([0, 0.25, 0.5, 0.75, 1].map((part) => at(part * end, analyticSlope)).filter(isInside), {
            ...xs,
            stroke: look.color,
            strokeDasharray: '1.5 3',
            strokeOpacity: 0.8,
            ...ofSeries(series),
          }),
        ]),
    plot.dot(
      points.filter(({ isFitted }) => isFitted),
      {
        x: 'x',
        y: 'mean',
        r: 3,
        ...dotOf(look),
        title: 'title',
        ...ofSeries(series),
      },
    ),
    plot.dot(
      points.filter(({ isFitted }) => !isFitted),
      {
        x: 'x',
        y: 'mean',
        r: 3,
        stroke: look.color,
        title: 'title',
        ...ofSeries(series),
      },
    ),
    intervalMark(
      {
        x: 0,
        estimate: limitInterval?.estimate ?? fit.limit,
        interval: limitInterval,
        isDoubtful: !fit.holds,
        title: visibleText(
          `${curve.arm}: asymptotic value ${asymptoticText(curve) ?? numberText(fit.limit)}`,
        ),
      },
      { look, series },
    ),
  ];
}
