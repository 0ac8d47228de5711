import type * as Plots from '@observablehq/plot';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import type { Html } from '../html.js';
import { countText, numberText } from '../number-text.js';
import { visibleText } from '../visible-text.js';
import { sizeText } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import { type DrawnCurve, isLine } from './drawn-curve.js';
import type { SeriesLook } from './series-look.js';
import { drawsMark, intervalMark, ofSeries, strokeOf, triangleMark } from './series-marks.js';
import { type ScaleKind, type SizeScale, sizeScale } from './size-scale.js';
import { linearAxis, shareAxis } from './value-axis.js';

/** The share within which a curve counts as settled, and its bias as small. */
export const SETTLED_SHARE = 0.05;
/** Dots in one panel; of more, every k-th is drawn. */
export const MOST_DOTS = 3000;
export const SINGULAR_LOOK: SeriesLook = { color: '#e2b64a', dash: null };

export interface CurvePanel {
  readonly label: string;
  readonly values: 'absolute' | 'shares';
  readonly scale: ScaleKind;
  readonly width: number;
  readonly height: number;
}

/** Of how many draws one is drawn. */
export function thinning(curves: readonly StudyCurve[]): number {
  const draws = curves.reduce(
    (sum, { points }) => sum + points.reduce((own, { values }) => own + values.length, 0),
    0,
  );
  return Math.max(1, Math.ceil(draws / MOST_DOTS));
}

/** Curves against n: draws, means, bands, required sizes on the axis, limits right of the largest size. */
export function curvePanel(
  drawn: readonly DrawnCurve[],
  { label, values, scale: kind, width, height }: CurvePanel,
  { plot, drawing }: DrawingBoard,
): Html {
  const scale = sizeScale(
    drawn.flatMap(({ curve }) => curve.points.map(({ sampleSize }) => sampleSize)),
    kind,
  );
  const { high } = scale;
  const limits = drawn.flatMap((entry) => limitOf(entry) ?? []);
  const step = Math.min(0.05, 0.16 / Math.max(1, limits.length - 1));
  const limitAt = (place: number) => scale.after(0.09 + place * step);
  const start = scale.before(0.04);
  const end = limits.length === 0 ? scale.after(0.04) : scale.after(0.14 + (limits.length - 1) * step);
  const every = thinning(drawn.map(({ curve }) => curve));
  const shown = [
    ...drawn.flatMap(({ curve, unit }) =>
      curve.points.flatMap((point) => [...point.values, point.mean].map((value) => value / unit)),
    ),
    ...limits.flatMap(({ low: least, high: most }) => [least, most]),
    ...(values === 'shares' ? [1 - SETTLED_SHARE, 1 + SETTLED_SHARE] : []),
  ];
  const axis = values === 'shares' ? shareAxis(shown) : linearAxis(shown);
  const extent = axis.domain;
  return drawing({
    width,
    height,
    marginLeft: 52,
    marginRight: 8,
    marginTop: 26,
    marginBottom: 36,
    x: { type: kind, domain: [start, end], label: null },
    y: { type: axis.type, domain: [...extent], label: null },
    marks: [
      plot.gridY({ ticks: axis.ticks, strokeOpacity: 0.12 }),
      ...singularSizes(drawn, { start, high, extent }, plot),
      ...(values === 'shares' ? settledBand({ start, end }, plot) : []),
      ...(extent[0] < 0 && extent[1] > 0 ? [plot.ruleY([0], { strokeOpacity: 0.5 })] : []),
      ...(limits.length === 0
        ? []
        : [
            plot.ruleX([scale.after(0.045)], { strokeOpacity: 0.35, strokeDasharray: '2 2' }),
            plot.text(['→ ∞'], {
              x: () => limitAt((limits.length - 1) / 2),
              frameAnchor: 'bottom',
              dy: 15,
            }),
          ]),
      ...drawn.flatMap((entry) => curveMarks(entry, { every, plot })),
      ...limits.map((limit, place) => intervalMark({ ...limit, x: limitAt(place) }, limit)),
      ...(values === 'absolute'
        ? drawn.flatMap((entry) => requiredMark(entry, { scale, floor: extent[0] }))
        : []),
      plot.axisX({ ticks: [...scale.ticks], tickFormat: sizeText, label: null, fontVariant: '' }),
      plot.axisY({
        label: `${label}${axis.note}`,
        labelArrow: 'none',
        ticks: axis.ticks,
        ...(axis.note === '' ? {} : { tickFormat: (tick: number) => String(tick) }),
        fontVariant: '',
        labelAnchor: 'top',
      }),
      plot.text([scale.label], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}

/** Up to which n the covariance of a Fréchet distance is singular; null where no drawn size is that small. */
export function singularDimension(drawn: readonly DrawnCurve[]): number | null {
  const smallest = Math.min(
    ...drawn.flatMap(({ curve }) => curve.points.map(({ sampleSize }) => sampleSize)),
  );
  return (
    drawn.find(
      ({ curve: { analyticSlope, dimension } }) => analyticSlope !== null && (dimension ?? 0) >= smallest,
    )?.curve.dimension ?? null
  );
}

/** Sizes at which the covariance of a Fréchet distance is singular. */
function singularSizes(
  drawn: readonly DrawnCurve[],
  {
    start,
    high,
    extent,
  }: {
    readonly start: number;
    readonly high: number;
    readonly extent: readonly [number, number];
  },
  plot: typeof Plots,
): readonly Plots.Markish[] {
  const dimension = singularDimension(drawn);
  if (dimension === null) return [];
  return [
    plot.rect([0], {
      x1: () => start,
      x2: () => Math.min(dimension, high),
      y1: () => extent[0],
      y2: () => extent[1],
      fill: SINGULAR_LOOK.color,
      fillOpacity: 0.15,
    }),
  ];
}

function settledBand(
  { start, end }: { readonly start: number; readonly end: number },
  plot: typeof Plots,
): readonly Plots.Markish[] {
  return [
    plot.rect([0], {
      x1: () => start,
      x2: () => end,
      y1: () => 1 - SETTLED_SHARE,
      y2: () => 1 + SETTLED_SHARE,
      fill: 'currentColor',
      fillOpacity: 0.08,
    }),
    plot.ruleY([1], { strokeOpacity: 0.5 }),
  ];
}

/** Where a curve ends for n → ∞; hollow and dashed where the curve is no line in 1/n, which the limit rests on. */
function limitOf({ curve, look, series, unit }: DrawnCurve) {
  const { arm, limitInterval, fit } = curve;
  const isDoubtful = !isLine(curve);
  const doubt = isDoubtful ? '; not to be trusted: the curve is no line in 1/n' : '';
  if (limitInterval !== null) {
    const { estimate, low, high, level, method } = limitInterval;
    return {
      estimate: estimate / unit,
      interval: { low: low / unit, high: high / unit },
      low: Math.min(low, high) / unit,
      high: Math.max(low, high) / unit,
      title: visibleText(
        `${arm}: limit ${numberText(estimate)}, ${level * 100} % interval ${numberText(low)} to ${numberText(high)} (${method})${doubt}`,
      ),
      isDoubtful,
      look,
      series,
    };
  }
  if (!fit?.holds) return null;
  const estimate = fit.limit / unit;
  const title = visibleText(`${arm}: limit ${numberText(fit.limit)} (line in 1/n; no interval)`);
  return { estimate, interval: null, low: estimate, high: estimate, title, isDoubtful, look, series };
}

/** From which n on bias is small: a triangle on the axis, pointing right where that is beyond it. */
function requiredMark(
  { curve, look, series }: DrawnCurve,
  { scale, floor }: { readonly scale: SizeScale; readonly floor: number },
): readonly Plots.Markish[] {
  const needed = curve.required.find(({ share }) => share === SETTLED_SHARE)?.forBias ?? null;
  if (needed === null || !isLine(curve) || needed < scale.low) return [];
  const isBeyond = needed > scale.high;
  const title = visibleText(
    `${curve.arm}: bias below ${SETTLED_SHARE * 100} % of the limit from n = ${countText(needed)}`,
  );
  return [
    triangleMark(
      { x: isBeyond ? scale.after(0.03) : needed, y: floor, points: isBeyond ? 'right' : 'up', title },
      { look, series },
    ),
  ];
}

function curveMarks(
  { curve, look, series, unit }: DrawnCurve,
  { every, plot }: { readonly every: number; readonly plot: typeof Plots },
): readonly Plots.Markish[] {
  const points = curve.points.map((point) => ({
    n: point.sampleSize,
    mean: point.mean / unit,
    low: point.band === null ? Number.NaN : point.band.low / unit,
    high: point.band === null ? Number.NaN : point.band.high / unit,
    title: visibleText(pointTitle(curve.arm, point)),
  }));
  const draws = curve.points
    .flatMap(({ sampleSize, values }) => values.map((value) => ({ x: sampleSize, y: value / unit })))
    .filter((_, i) => i % every === 0);
  const settled = curve.required.find(({ share }) => share === SETTLED_SHARE)?.settledAt ?? null;
  const largest = curve.points.at(-1)!.sampleSize;
  return [
    plot.areaY(points, {
      x: 'n',
      y1: 'low',
      y2: 'high',
      fill: look.color,
      fillOpacity: 0.16,
      ...ofSeries(series),
    }),
    drawsMark(draws, { look, series }),
    plot.line(points, { x: 'n', y: 'mean', strokeWidth: 1.8, ...strokeOf(look), ...ofSeries(series) }),
    plot.dot(points, {
      x: 'n',
      y: 'mean',
      r: 2.6,
      fill: look.color,
      title: 'title',
      ...ofSeries(
        series,
        points.map(({ n }) => n),
      ),
    }),
    // at the largest size every curve agrees with itself
    plot.dot(
      points.filter(({ n }) => n === settled && n < largest),
      { x: 'n', y: 'mean', r: 6, stroke: look.color, strokeWidth: 1.5, ...ofSeries(series) },
    ),
  ];
}

function pointTitle(arm: string, { sampleSize, mean, values, band }: StudyCurve['points'][number]): string {
  const spread = band === null ? '' : `, 95 % of them ${numberText(band.low)} to ${numberText(band.high)}`;
  return `${arm}, n = ${countText(sampleSize)}: mean ${numberText(mean)} of ${countText(values.length)} draws${spread}`;
}
