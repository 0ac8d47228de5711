import type * as Plots from '@observablehq/plot';
import { countText } from '../../numerics/number-text.js';
import { asymptoticText, bandText, meanText } from '../../sample-size-study/curve-texts.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { visibleText } from '../text/visible-text.js';
import { type DrawnCurve, isLine } from './drawn-curve.js';
import { dotOf, drawsMark, ofSeries, strokeOf, triangleMark } from './series-marks.js';
import type { SizeScale } from './size-scale.js';

/** The share within which a curve counts as settled, and its bias as small. */
export const SETTLED_SHARE = 0.05;
/** Pixels between triangles that would lie on one another. */
const TRIANGLE_STEP = 11;

/** Where a curve ends for n → ∞; hollow and dashed where the curve is no line in 1/n, which the limit rests on. */
export function limitOf({ curve, look, series, unit }: DrawnCurve) {
  const { arm, limitInterval, fit } = curve;
  const isDoubtful = !isLine(curve);
  const doubt = isDoubtful ? '; doubtful: means are not linear in 1/n' : '';
  if (limitInterval !== null) {
    const { estimate, low, high, level, method } = limitInterval;
    return {
      estimate: estimate / unit,
      interval: { low: low / unit, high: high / unit },
      low: Math.min(low, high) / unit,
      high: Math.max(low, high) / unit,
      title: visibleText(
        `${arm}: asymptotic value ${asymptoticText(curve)!}, ${level * 100} % interval by ${method}${doubt}`,
      ),
      isDoubtful,
      look,
      series,
    };
  }
  if (!fit?.holds) return null;
  const estimate = fit.limit / unit;
  const title = visibleText(`${arm}: asymptotic value ${asymptoticText(curve)!} (1/n fit; no interval)`);
  return { estimate, interval: null, low: estimate, high: estimate, title, isDoubtful, look, series };
}

/** From which n on a curve is settled; null where it is not before the largest size, at which every curve agrees with itself. */
export function settledSize({ required, points }: StudyCurve): number | null {
  const size = required.find(({ share }) => share === SETTLED_SHARE)?.settledAt ?? null;
  return size === null || size >= points.at(-1)!.sampleSize ? null : size;
}

/** From which n on bias is small; null where that is unknown, or before the smallest size. */
export function unbiasedSize(curve: StudyCurve): number | null {
  const size = curve.required.find(({ share }) => share === SETTLED_SHARE)?.forBias ?? null;
  return size === null || !isLine(curve) || size < curve.points[0]!.sampleSize ? null : size;
}

/** Where bias becomes small: triangles on the axis, those beyond it over one another at its end, pointing right. */
export function requiredMarks(
  drawn: readonly DrawnCurve[],
  { scale, floor }: { readonly scale: SizeScale; readonly floor: number },
): readonly Plots.Markish[] {
  let beyond = 0;
  return drawn.flatMap(({ curve, look, series }) => {
    const size = unbiasedSize(curve);
    if (size === null) return [];
    const isBeyond = size > scale.high;
    const title = visibleText(
      `${curve.arm}: bias below ${SETTLED_SHARE * 100} % of the asymptotic value from n = ${countText(size)}`,
    );
    return [
      triangleMark(
        {
          x: isBeyond ? scale.after(0.03) : size,
          y: floor,
          lift: isBeyond ? TRIANGLE_STEP * beyond++ : 0,
          points: isBeyond ? 'right' : 'up',
          title,
        },
        { look, series },
      ),
    ];
  });
}

/** The means of a set among very many. */
export function meanMarks(
  { curve, look, series, unit }: DrawnCurve,
  plot: typeof Plots,
): readonly Plots.Markish[] {
  const points = curve.points.map((point) => ({
    n: point.sampleSize,
    mean: point.mean / unit,
    title: visibleText(pointTitle(curve, point)),
  }));
  const at = { x: 'n', y: 'mean', ...ofSeries(series) };
  return [
    plot.line(points, { ...at, strokeWidth: 1, strokeOpacity: 0.5, ...strokeOf(look) }),
    plot.dot(points, { ...at, r: 1.3, ...dotOf(look), fillOpacity: 0.7, title: 'title' }),
  ];
}

/** A curve: the band of its draws, the draws, their mean, and a ring where it is settled. */
export function curveMarks(
  { curve, look, series, unit }: DrawnCurve,
  { every, plot }: { readonly every: number; readonly plot: typeof Plots },
): readonly Plots.Markish[] {
  const points = curve.points.map((point) => ({
    n: point.sampleSize,
    mean: point.mean / unit,
    low: point.band === null ? Number.NaN : point.band.low / unit,
    high: point.band === null ? Number.NaN : point.band.high / unit,
    title: visibleText(pointTitle(curve, point)),
  }));
  const draws = curve.points
    .flatMap(({ sampleSize, values }) => values.map((value) => ({ x: sampleSize, y: value / unit })))
    .filter((_, i) => i % every === 0);
  const settled = settledSize(curve);
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
      ...dotOf(look),
      title: 'title',
      ...ofSeries(
        series,
        points.map(({ n }) => n),
      ),
    }),
    plot.dot(
      points.filter(({ n }) => n === settled),
      { x: 'n', y: 'mean', r: 6, stroke: look.color, strokeWidth: 1.5, ...ofSeries(series) },
    ),
  ];
}

function pointTitle(curve: StudyCurve, point: StudyCurve['points'][number]): string {
  const band = bandText(curve, point);
  return `${curve.arm}, n = ${countText(point.sampleSize)}: mean ${meanText(curve, point)} of ${countText(point.values.length)} draws${band === null ? '' : `, 95 % of them ${band}`}`;
}
