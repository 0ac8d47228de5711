import type * as Plots from '@observablehq/plot';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import type { Html } from '../page/html.js';
import type { DrawingBoard } from './drawing-board.js';
import { EFFECT_LOOKS, type EffectSeries, seriesOf } from './effect-strip.js';
import { ofSeries, strokeOf } from './series-marks.js';
import { linearAxis, valueAxisMark } from './value-axis.js';

interface PanelSize {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** behind every value that is read out */
  readonly unit: string;
}

interface Point {
  readonly removed: number;
  readonly value: number;
  readonly title: string;
}

function lineMarks(
  name: EffectSeries,
  points: readonly Point[],
  { plot, dots }: { readonly plot: typeof Plots; readonly dots: 'drawn' | 'none' },
): readonly Plots.Markish[] {
  const look = EFFECT_LOOKS[name];
  const common = { x: 'removed', y: 'value', ...ofSeries(seriesOf(name)) };
  return [
    plot.line(points, { ...common, strokeWidth: 1.8, ...strokeOf(look) }),
    // without dots, every value can still be read under the pointer
    plot.dot(points, {
      ...common,
      r: dots === 'drawn' ? 3 : 1.5,
      fill: look.color,
      title: 'title',
    }),
  ];
}

function framed(
  marks: readonly Plots.Markish[],
  {
    values,
    most,
    size: { width, height, label },
  }: { readonly values: readonly number[]; readonly most: number; readonly size: Omit<PanelSize, 'unit'> },
  { plot, drawing }: DrawingBoard,
): Html {
  const end = most > 0 ? most : 0.1;
  const axis = linearAxis(values);
  return drawing({
    width,
    height,
    marginLeft: Math.max(52, axis.room),
    marginRight: 10,
    marginTop: 26,
    marginBottom: 36,
    x: { domain: [-0.03 * end, 1.03 * end], label: null },
    y: { domain: [...axis.domain], label: null },
    marks: [
      plot.gridY({ ticks: axis.ticks, strokeOpacity: 0.12 }),
      ...marks,
      plot.axisX({ ticks: 6, tickFormat: '.0%', label: null, fontVariant: '' }),
      valueAxisMark(plot, label, axis),
      plot.text(['share of images removed →'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}

const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** The metric for each share removed: by the score, by its inverse, by what knows the metric, and by chance with the band of the draws. */
export function dosePanel(
  { doses, sparsification }: FilterEffect,
  size: PanelSize,
  board: DrawingBoard,
): Html {
  const { plot } = board;
  const point =
    (name: string, value: (dose: FilterEffect['doses'][number]) => number) =>
    (dose: FilterEffect['doses'][number]): Point => ({
      removed: dose.removed,
      value: value(dose),
      title: `${name}, ${percent(dose.removed)} removed (n = ${countText(dose.n)}): ${numberText(value(dose))}${size.unit}`,
    });
  const random = EFFECT_LOOKS.random.color;
  const most = largestOf(doses.map(({ removed }) => removed));
  const marks = [
    plot.areaY(doses, {
      x: 'removed',
      y1: ({ random: { low } }: FilterEffect['doses'][number]) => low,
      y2: ({ random: { high } }: FilterEffect['doses'][number]) => high,
      fill: random,
      fillOpacity: 0.25,
      ...ofSeries(seriesOf('random')),
    }),
    ...lineMarks('random', doses.map(point('random', (dose) => dose.random.mean)), { plot, dots: 'drawn' }),
    ...lineMarks('inverse', doses.map(point('inverse filter', (dose) => dose.inverse)), {
      plot,
      dots: 'drawn',
    }),
    ...lineMarks('oracle', oraclePoints(sparsification, { within: most, unit: size.unit }), {
      plot,
      dots: 'none',
    }),
    ...lineMarks('filtered', doses.map(point('filtered', (dose) => dose.filtered)), { plot, dots: 'drawn' }),
  ];
  return framed(
    marks,
    {
      values: [
        ...oraclePoints(sparsification, { within: most, unit: '' }).map(({ value }) => value),
        ...doses.flatMap((dose) => [
          dose.filtered,
          dose.inverse,
          dose.random.low,
          dose.random.high,
          dose.random.mean,
        ]),
      ],
      most,
      size,
    },
    board,
  );
}

/** What an oracle does to the metric, as far as the doses go; none without one. */
function oraclePoints(
  { removed, oracle }: FilterEffect['sparsification'],
  { within, unit }: { readonly within: number; readonly unit: string },
): readonly Point[] {
  return (oracle ?? []).flatMap((value, i) =>
    removed[i]! > within
      ? []
      : [
          {
            removed: removed[i]!,
            value,
            title: `oracle, ${percent(removed[i]!)} removed: ${numberText(value)}${unit}`,
          },
        ],
  );
}

/** The metric as images are removed: by the score, as chance would have it, and by what knows the metric. */
export function sparsificationPanel(
  { sparsification }: FilterEffect,
  size: PanelSize,
  board: DrawingBoard,
): Html {
  const { removed, filtered, random, oracle } = sparsification;
  const points = (name: string, values: readonly number[]) =>
    removed.map((share, i) => ({
      removed: share,
      value: values[i]!,
      title: `${name}, ${percent(share)} removed: ${numberText(values[i]!)}${size.unit}`,
    }));
  const options = { plot: board.plot, dots: 'none' } as const;
  return framed(
    [
      ...lineMarks('random', points('expected by chance', random), options),
      ...(oracle === null ? [] : lineMarks('oracle', points('oracle', oracle), options)),
      ...lineMarks('filtered', points('by the score', filtered), options),
    ],
    { values: [...filtered, ...random, ...(oracle ?? [])], most: Math.max(0, ...removed), size },
    board,
  );
}
