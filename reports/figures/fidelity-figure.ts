import type { ComparedMetric } from '../../filtering/compare-report.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText, probabilityText } from '../../numerics/number-text.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { axisNumbers, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import { EFFECT_LOOKS, effectArms, seriesOf } from './effect-strip.js';
import type { Figure } from './figure.js';
import { ofSeries } from './series-marks.js';

/** Four in a row. */
const SIZE = { width: 168, height: 92 };
const ROWS = ['filtered', 'random (mean)', 'inverse filter'] as const;
const NAMES = ['filtered', 'random', 'inverse'] as const;

/** What one filter does to fidelity and diversity: a small panel for each metric. */
export function fidelityFigure(
  effects: readonly FilterEffect[],
  metrics: readonly ComparedMetric[],
  board: DrawingBoard,
): Figure {
  const [{ score, n, random }] = effects as [FilterEffect];
  const arms = effects.map((effect) => ({
    effect,
    shown: effectArms(effect).filter(({ name }) => (ROWS as readonly string[]).includes(name)),
  }));
  return {
    name: `fidelity-${score}`,
    source: 'compare.json',
    metric: null,
    score,
    title: `Fidelity and diversity when filtered by “${score}”`,
    caption:
      'Filtered images beside random subsets and the inverse filter, all of the same number of images. ' +
      'Bars: of the filtered set the 95 % interval of the difference from chance, of random subsets 95 % of the draws, of the inverse filter ± 1.96 of their standard deviations.',
    subtitle: `at equal n = ${countText(n)}; ${countText(random.draws)} random subsets; all higher is better`,
    keys: (['filtered', 'random', 'inverse'] as const).map((series) => ({
      text: { filtered: 'filtered by the score', random: 'random subsets', inverse: 'inverse filter' }[
        series
      ],
      mark: 'line',
      look: EFFECT_LOOKS[series],
      series: seriesOf(series),
    })),
    panels: arms.map(({ effect, shown }) => ({
      title: `${metricLabel(effect.metric)} (${effect.role})`,
      ...SIZE,
      views: [{ name: 'value', drawing: smallPanel(effect, shown, board) }],
    })),
    warnings: [],
    comparability: metrics.some(({ encoder }) => encoder.origin === 'demo') ? 'demo' : 'comparable',
    table: {
      header: ['metric', 'role', 'filtered', 'random', 'inverse', 'p (two-sided, unadjusted)'],
      rows: effects.map(({ metric, role, filtered, random: chance, inverse }) => {
        const error = chance.standardDeviation;
        return [
          metricLabel(metric),
          role,
          ...[filtered, chance.mean, inverse.value].map((value) => numberText(value, { error })),
          probabilityText(chance.pTwoSided, resolutionOf(chance)),
        ];
      }),
    },
    numbers: {
      header: ['score', 'metric', 'arm', 'images', 'value', 'low', 'high'],
      rows: arms.flatMap(({ effect, shown }) =>
        shown.map(({ name, value, interval }) => [
          ...[score, effect.metric, name, n],
          ...[value, interval.low, interval.high],
        ]),
      ),
    },
  };
}

function smallPanel(
  { random }: FilterEffect,
  arms: ReturnType<typeof effectArms>,
  { plot, drawing }: DrawingBoard,
): Html {
  const extent = paddedExtent(arms.flatMap(({ value, interval: { low, high } }) => [value, low, high]));
  const numbers = axisNumbers(extent, 2);
  const at = (name: string) => ROWS.length - (ROWS as readonly string[]).indexOf(name);
  return drawing({
    ...SIZE,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 6,
    marginBottom: 22,
    x: { domain: [...extent], label: null },
    y: { type: 'linear', domain: [0.5, ROWS.length + 0.5], axis: null },
    marks: [
      plot.ruleX([random.mean], { strokeOpacity: 0.5, strokeDasharray: '2 2' }),
      ...arms.flatMap(({ name, series, value, interval }) => [
        plot.ruleY([0], {
          x1: () => interval.low,
          x2: () => interval.high,
          y: () => at(name),
          stroke: EFFECT_LOOKS[series].color,
          strokeWidth: 2,
          ...ofSeries(seriesOf(series)),
        }),
        plot.dot([0], {
          x: () => value,
          y: () => at(name),
          r: 4,
          fill: EFFECT_LOOKS[series].color,
          title: () => visibleText(`${name}: ${numberText(value, { error: random.standardDeviation })}`),
          ...ofSeries(seriesOf(series)),
        }),
      ]),
      plot.text([...NAMES], {
        frameAnchor: 'left',
        y: (_: string, i: number) => ROWS.length - i,
        dx: -6,
        textAnchor: 'end',
      }),
      plot.axisX({ ticks: 2, tickFormat: numbers.text, label: null, fontVariant: '' }),
    ],
  });
}
