import { FLOOR_ARM } from '../../sample-size-study/study-cells.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { Html } from '../html.js';
import { countText, numberText } from '../number-text.js';
import { paddedExtent, sizeText, sizeTicks } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import { figureSheet, type KeyEntry } from './figure-sheet.js';
import { figureWarnings } from './figure-warnings.js';
import { standingOf, subtitleOf } from './figure-words.js';
import { metricAxis } from './metric-axis.js';
import { BACKGROUND_LOOK, type SeriesLook, seriesLook } from './series-look.js';
import { drawsMark, intervalMark, ofSeries, strokeOf } from './series-marks.js';
import type { StudyFigure } from './study-figure.js';

const WIDTH = 350;
const HEIGHT = 280;
/** The share within which the ring marks a curve as settled. */
const SETTLED_SHARE = 0.05;

interface DrawnCurve {
  readonly curve: StudyCurve;
  readonly look: SeriesLook;
  readonly series: number;
  /** what its values are divided by */
  readonly unit: number;
}

/** One metric against n: every draw, mean, band and limit; beside it the same in shares of the value at the largest n. */
export function curveFigure(curves: readonly StudyCurve[], board: DrawingBoard): StudyFigure {
  const { metric, direction } = curves[0]!;
  const drawn = curves
    .filter(({ points }) => points.length > 0)
    .map((curve, series): DrawnCurve => {
      const look = curve.arm === FLOOR_ARM ? BACKGROUND_LOOK : seriesLook(series);
      return { curve, look, series, unit: 1 };
    });
  const comparable = drawn
    .filter(({ curve }) => curve.arm !== FLOOR_ARM && differsFromZero(curve))
    .map((entry): DrawnCurve => ({ ...entry, unit: entry.curve.points.at(-1)!.mean }));
  const left = drawn.filter(({ series }) => !comparable.some((entry) => entry.series === series));
  const title = `${metric} by sample size`;
  const caption =
    `Left: ${metric} against the number of generated images; each dot is one draw, the line their mean, the band the ` +
    'central 95 % of the draws, the diamond the limit at n → ∞ with its interval. Right: the same divided by the mean ' +
    `at the largest n; the gray band is ± ${SETTLED_SHARE * 100} %, and a ring marks the size from which the mean stays within it.`;
  return {
    name: `curve-${metric}`,
    title,
    caption,
    svg: figureSheet({
      title,
      caption,
      subtitle: subtitleOf(curves),
      keys: keysOf(drawn),
      panels: [
        {
          title: 'value',
          width: WIDTH,
          height: HEIGHT,
          drawing: panel(drawn, { label: metricAxis(metric, direction), kind: 'value' }, board),
        },
        {
          title: 'relative to the value at the largest n',
          width: WIDTH,
          height: HEIGHT,
          drawing:
            comparable.length === 0
              ? new Html('')
              : panel(comparable, { label: `${metric} / ${metric} at largest n`, kind: 'share' }, board),
        },
      ],
      warnings: [...figureWarnings(curves), ...(left.length === 0 ? [] : [leftOut(left)])],
      standing: standingOf(curves),
    }),
    table: tableOf(curves),
  };
}

/** A share of a value that is zero within its own spread says nothing. */
function differsFromZero({ points }: StudyCurve): boolean {
  const { mean, relativeToLargest } = points.at(-1)!;
  const spread = points.findLast(({ independentDeviation }) => independentDeviation !== null);
  return relativeToLargest !== null && mean !== 0 && Math.abs(mean) > 2 * (spread?.independentDeviation ?? 0);
}

function leftOut(left: readonly DrawnCurve[]): string {
  const names = left.map(({ curve }) => curve.arm);
  const shown =
    names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
  return `Not in the right panel, being near 0 or a floor that shares would blow up: ${shown}.`;
}

function keysOf(drawn: readonly DrawnCurve[]): readonly KeyEntry[] {
  const signs: KeyEntry[] = [
    { text: 'draws', mark: 'dots', look: BACKGROUND_LOOK, series: null },
    { text: '95 % of draws', mark: 'area', look: BACKGROUND_LOOK, series: null },
    { text: 'limit, interval', mark: 'diamond', look: BACKGROUND_LOOK, series: null },
    { text: 'settled within 5 %', mark: 'ring', look: BACKGROUND_LOOK, series: null },
  ];
  const arms = drawn.map(
    ({ curve, look, series }): KeyEntry => ({
      text: curve.arm === FLOOR_ARM ? 'floor: halves of the reference' : curve.arm,
      mark: 'line',
      look,
      series,
    }),
  );
  return [...arms, ...signs];
}

function panel(
  drawn: readonly DrawnCurve[],
  { label, kind }: { readonly label: string; readonly kind: 'value' | 'share' },
  { plot, drawing }: DrawingBoard,
): Html {
  const sizes = drawn.flatMap(({ curve }) => curve.points.map(({ sampleSize }) => sampleSize));
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const decade = Math.max(Math.log10(high / low), 0.3);
  // Limits stand right of the largest size, side by side.
  const limits = drawn.flatMap((entry) => limitOf(entry) ?? []);
  const step = Math.min(0.05, 0.16 / Math.max(1, limits.length - 1)) * decade;
  const limitAt = (place: number) => high * 10 ** (0.09 * decade + place * step);
  const end =
    limits.length === 0 ? high * 10 ** (0.04 * decade) : limitAt(limits.length - 1) * 10 ** (0.05 * decade);
  const floor = drawn.find(
    ({ curve }) => curve.analyticSlope !== null && (curve.dimension ?? 0) >= low,
  )?.curve;
  const extent = paddedExtent([
    ...drawn.flatMap(({ curve, unit }) =>
      curve.points.flatMap(({ values, mean }) => [...values, mean].map((value) => value / unit)),
    ),
    ...limits.flatMap(({ low: least, high: most }) => [least, most]),
    ...(kind === 'share' ? [1 - SETTLED_SHARE, 1 + SETTLED_SHARE] : []),
  ]);
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginRight: 8,
    marginTop: 26,
    marginBottom: 36,
    x: { type: 'log', domain: [low * 10 ** (-0.04 * decade), end], label: null },
    y: { domain: [...extent], label: null },
    marks: [
      plot.gridY({ strokeOpacity: 0.12 }),
      ...(floor === undefined
        ? []
        : [
            plot.rect([0], {
              x1: () => low * 10 ** (-0.04 * decade),
              x2: () => Math.min(floor.dimension!, high),
              y1: () => extent[0],
              y2: () => extent[1],
              fill: '#e2b64a',
              fillOpacity: 0.12,
            }),
            plot.text([`n ≤ d = ${countText(floor.dimension)}`], {
              x: () => low * 10 ** (-0.02 * decade),
              frameAnchor: 'bottom',
              dy: -4,
              textAnchor: 'start',
              fill: '#8a5a00',
            }),
          ]),
      ...(kind === 'share'
        ? [
            plot.rect([0], {
              x1: () => low * 10 ** (-0.04 * decade),
              x2: () => end,
              y1: () => 1 - SETTLED_SHARE,
              y2: () => 1 + SETTLED_SHARE,
              fill: 'currentColor',
              fillOpacity: 0.08,
            }),
            plot.ruleY([1], { strokeOpacity: 0.5 }),
          ]
        : []),
      ...(extent[0] < 0 && extent[1] > 0 ? [plot.ruleY([0], { strokeOpacity: 0.5 })] : []),
      ...(limits.length === 0
        ? []
        : [
            plot.ruleX([high * 10 ** (0.045 * decade)], { strokeOpacity: 0.35, strokeDasharray: '2 2' }),
            plot.text(['→ ∞'], {
              x: () => limitAt((limits.length - 1) / 2),
              frameAnchor: 'bottom',
              dy: 15,
            }),
          ]),
      ...drawn.flatMap((entry) => curveMarks(entry, plot)),
      ...limits.map((limit, place) => intervalMark({ ...limit, x: limitAt(place) }, limit)),
      plot.axisX({ ticks: [...sizeTicks(sizes)], tickFormat: sizeText, label: null, fontVariant: '' }),
      plot.axisY({ label, labelArrow: 'none', ticks: 6, fontVariant: '', labelAnchor: 'top' }),
      plot.text(['generated images n (log scale) →'], {
        frameAnchor: 'bottom-right',
        dy: 30,
        textAnchor: 'end',
      }),
    ],
  });
}

function limitOf({ curve, look, series, unit }: DrawnCurve) {
  const { arm, limitInterval, fit } = curve;
  if (limitInterval !== null) {
    const { estimate, low, high, level, method } = limitInterval;
    return {
      estimate: estimate / unit,
      interval: { low: low / unit, high: high / unit },
      low: Math.min(low, high) / unit,
      high: Math.max(low, high) / unit,
      title: `${arm}: limit ${numberText(estimate)}, ${level * 100} % interval ${numberText(low)} to ${numberText(high)} (${method})`,
      look,
      series,
    };
  }
  if (!fit?.holds) return null;
  const estimate = fit.limit / unit;
  const title = `${arm}: limit ${numberText(fit.limit)} (line in 1/n; no interval)`;
  return { estimate, interval: null, low: estimate, high: estimate, title, look, series };
}

function curveMarks(
  { curve, look, series, unit }: DrawnCurve,
  plot: DrawingBoard['plot'],
): readonly import('@observablehq/plot').Markish[] {
  const points = curve.points.map((point) => ({
    n: point.sampleSize,
    mean: point.mean / unit,
    low: point.band === null ? Number.NaN : point.band.low / unit,
    high: point.band === null ? Number.NaN : point.band.high / unit,
    title:
      `${curve.arm}, n = ${countText(point.sampleSize)}: mean ${numberText(point.mean)} of ` +
      `${countText(point.values.length)} draws` +
      (point.band === null
        ? ''
        : `, 95 % of them ${numberText(point.band.low)} to ${numberText(point.band.high)}`),
  }));
  const draws = curve.points.flatMap(({ sampleSize, values }) =>
    values.map((value) => ({ x: sampleSize, y: value / unit })),
  );
  const settled = curve.required.find(({ share }) => share === SETTLED_SHARE)?.settledAt ?? null;
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
    plot.dot(points, { x: 'n', y: 'mean', r: 2.6, fill: look.color, title: 'title', ...ofSeries(series) }),
    plot.dot(
      points.filter(({ n }) => n === settled),
      { x: 'n', y: 'mean', r: 6, stroke: look.color, strokeWidth: 1.5, ...ofSeries(series) },
    ),
  ];
}

function tableOf(curves: readonly StudyCurve[]): StudyFigure['table'] {
  return {
    header: ['arm', 'n', 'draws', 'mean', 'standard deviation', '95 % of draws', 'relative to largest n'],
    rows: curves.flatMap(({ arm, points }) =>
      points.map(({ sampleSize, values, mean, independentDeviation, band, relativeToLargest }) => [
        arm,
        countText(sampleSize),
        countText(values.length),
        numberText(mean),
        independentDeviation === null ? '–' : numberText(independentDeviation),
        band === null ? '–' : `${numberText(band.low)} to ${numberText(band.high)}`,
        relativeToLargest === null ? '–' : numberText(relativeToLargest),
      ]),
    ),
  };
}
