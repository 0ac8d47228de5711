import { metricLabel } from '../../metrics/metric-catalog.js';
import { percentText } from '../../numerics/number-text.js';
import type { FilterStability, StabilityRatio } from '../../sample-size-study/stability-report.js';
import { ratioText } from '../../sample-size-study/stability-words.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { apartTicks, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
import { seriesLook } from './series-look.js';
import { ofSeries, strokeOf } from './series-marks.js';
import { valueAxisMark } from './value-axis.js';

const WIDTH = 350;
const HEIGHT = 250;
const MARGINS = { marginLeft: 48, marginRight: 12, marginTop: 26, marginBottom: 36 };

/** What of a filter is drawn, by series. */
const QUANTITIES = [
  { name: 'value', of: ({ value }: FilterStability) => value },
  { name: 'standard deviation', of: ({ standardDeviation }: FilterStability) => standardDeviation },
] as const;

/** One filter at one dose. */
export interface Dose {
  readonly stability: FilterStability;
  /** share of the images that it removes, of 1 */
  readonly removed: number;
}

/** One series of one panel: where there is a ratio, by removed share. */
interface DosePoint {
  readonly removed: number;
  readonly ratio: StabilityRatio;
}

/** Value and standard deviation of filtered sets as ratios to random subsets of as many images, against the share that the filter removes. */
export function doseFigure(
  doses: readonly Dose[],
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const metrics = [...new Set(doses.map(({ stability }) => stability.metric))];
  const filters = new Set(doses.map(({ stability }) => stability.filter));
  const sets = curves.filter(({ arm, metric }) => filters.has(arm) && metrics.includes(metric));
  return {
    name: 'filter-doses',
    source: 'study.json',
    metric: null,
    title: 'Filtered against random, by how much is removed',
    caption:
      'Ratios of the value and of the standard deviation on filtered sets to those on random subsets of as many images, against the share of images that the filter removes. Bands: 95 % intervals. Below 1: lower on what the filter keeps; where nothing is removed, 1. A value without points does not differ from 0.',
    subtitle: subtitleOf(sets),
    keys: QUANTITIES.map(({ name }, series) => ({
      text: `${name}, ratio and 95 % interval`,
      mark: 'line' as const,
      look: seriesLook(series),
      series,
    })),
    panels: metrics.map((metric) => ({
      title: metricLabel(metric),
      width: WIDTH,
      height: HEIGHT,
      views: [
        {
          name: 'removed share',
          drawing: dosePanel(
            doses.filter(({ stability }) => stability.metric === metric),
            board,
          ),
        },
      ],
    })),
    warnings: [],
    comparability: comparabilityOf(sets),
    table: {
      header: ['metric', 'removed', ...QUANTITIES.map(({ name }) => name)],
      rows: doses.map(({ stability, removed }) => [
        metricLabel(stability.metric),
        percentText(removed),
        ...QUANTITIES.map(({ of }) => {
          const ratio = of(stability);
          return ratio === null ? '–' : ratioText(ratio);
        }),
      ]),
    },
    numbers: {
      header: ['metric', 'filter', 'removed', 'quantity', 'ratio', 'low', 'high'],
      rows: doses.flatMap(({ stability, removed }) =>
        QUANTITIES.map(({ name, of }) => {
          const { ratio = null, low = null, high = null } = of(stability) ?? {};
          return [stability.metric, stability.filter, removed, name, ratio, low, high];
        }),
      ),
    },
  };
}

function dosePanel(doses: readonly Dose[], { plot, drawing }: DrawingBoard): Html {
  const series = QUANTITIES.map(({ of }) =>
    doses.flatMap(({ stability, removed }): readonly DosePoint[] => {
      const ratio = of(stability);
      return ratio === null ? [] : [{ removed: 100 * removed, ratio }];
    }),
  );
  const shown = series.flat().flatMap(({ ratio }) => [ratio.low, ratio.high]);
  const removed = doses.map((dose) => 100 * dose.removed);
  const across = paddedExtent([0, ...removed]);
  const unit = (WIDTH - MARGINS.marginLeft - MARGINS.marginRight) / (across[1] - across[0]);
  const ticks = [...new Set([0, ...removed].map(Math.round))].sort((a, b) => a - b);
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    x: { domain: [...across], label: null },
    y: { domain: [...paddedExtent([1, ...shown])], label: null },
    marks: [
      plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
      plot.ruleY([1], { strokeOpacity: 0.5 }),
      ...series.flatMap((points, i) => {
        const look = seriesLook(i);
        const name = QUANTITIES[i]!.name;
        const drawn = points.map(({ removed: x, ratio }) => ({
          ...{ x, ratio: ratio.ratio, low: ratio.low, high: ratio.high },
          title: visibleText(`${name}, ${x.toFixed(1)} % removed: ${ratioText(ratio)}`),
        }));
        const none = { x: 0, ratio: 1, low: 1, high: 1, title: `${name}, nothing removed: 1` };
        const at = drawn.length === 0 ? [] : [none, ...drawn];
        return [
          plot.areaY(at, {
            x: 'x',
            y1: 'low',
            y2: 'high',
            fill: look.color,
            fillOpacity: 0.16,
            ...ofSeries(i),
          }),
          plot.line(at, { x: 'x', y: 'ratio', strokeWidth: 1.8, ...strokeOf(look), ...ofSeries(i) }),
          plot.dot(at, { x: 'x', y: 'ratio', r: 2.8, fill: look.color, title: 'title', ...ofSeries(i) }),
        ];
      }),
      plot.axisX({
        ticks: [...apartTicks(ticks, (tick) => tick * unit)],
        tickFormat: String,
        label: null,
        fontVariant: '',
      }),
      valueAxisMark(plot, 'filtered / random', { ticks: 5 }),
      plot.text(['removed images, % →'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}
