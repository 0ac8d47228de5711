import type { FilterEffect } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { numberText, probabilityClause } from '../../numerics/number-text.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/text-tables.js';
import { axisNumbers, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import { fittedText } from './figure-size.js';
import type { SeriesLook } from './series-look.js';
import { drawsMark, ofSeries } from './series-marks.js';

/** In the order of their series. */
export const EFFECT_LOOKS = {
  filtered: { color: '#0072B2', dash: null },
  random: { color: '#7d8590', dash: '6 3' },
  inverse: { color: '#D55E00', dash: '2 3' },
  control: { color: '#009E73', dash: null },
  residual: { color: '#CC79A7', dash: '9 3 2 3' },
  oracle: { color: '#E69F00', dash: '4 2' },
} as const satisfies Record<string, SeriesLook>;

export type EffectSeries = keyof typeof EFFECT_LOOKS;

export function seriesOf(name: EffectSeries): number {
  return Object.keys(EFFECT_LOOKS).indexOf(name);
}

/** What one subset of the comparison keeps, at equal n. */
export interface EffectArm {
  readonly name: string;
  readonly series: EffectSeries;
  readonly value: number;
  readonly p: number | null;
}

/** Every subset at equal n, the score's first. */
export function effectArms({
  filtered,
  random,
  inverse,
  controls,
  residual,
  beyondDetail,
  pHolm,
}: FilterEffect): readonly EffectArm[] {
  return [
    { name: 'filtered', series: 'filtered', value: filtered, p: pHolm ?? random.pTwoSided },
    { name: 'random (mean)', series: 'random', value: random.mean, p: null },
    ...('reason' in beyondDetail
      ? []
      : [
          {
            name: 'random, matched on detail',
            series: 'random' as const,
            value: beyondDetail.test.mean,
            p: null,
          },
          ...(beyondDetail.copy === undefined
            ? []
            : [
                {
                  name: 'predicted by detail',
                  series: 'control' as const,
                  value: beyondDetail.copy,
                  p: null,
                },
              ]),
        ]),
    { name: 'inverse filter', series: 'inverse', value: inverse.value, p: inverse.test.pTwoSided },
    ...controls.map(
      ({ control, value, test }): EffectArm => ({
        name: `by ${control}`,
        series: 'control',
        value,
        p: test.pTwoSided,
      }),
    ),
    ...('reason' in residual
      ? []
      : [
          {
            name: 'residual score',
            series: 'residual' as const,
            value: residual.value,
            p: residual.test.pTwoSided,
          },
        ]),
  ];
}

const ROW = 22;
/** Names of subsets: room for them, and the size of their letters. */
const NAMES = { broad: { room: 168, fontSize: 11 }, narrow: { room: 122, fontSize: 10 } } as const;
const NAME_GAP = 8;
/** Steps of the golden ratio: dots side by side do not lie on one another, and the same on every run. */
const JITTER = 0.618_033_988_749_895;

/** All subsets at equal n, a row each, with the random subsets as dots and their band behind every row. */
export function stripPanel(
  effect: FilterEffect,
  {
    width,
    height,
    label,
    unit,
  }: { readonly width: number; readonly height: number; readonly label: string; readonly unit: string },
  { plot, drawing }: DrawingBoard,
): Html {
  const { random, difference } = effect;
  const arms = effectArms(effect);
  const at = (row: number) => arms.length - row;
  const { room, fontSize } = NAMES[width < 500 ? 'narrow' : 'broad'];
  const ticks = width < 500 ? 4 : 8;
  const interval = {
    low: random.mean + difference.interval.low,
    high: random.mean + difference.interval.high,
  };
  const extent = paddedExtent([
    ...random.values,
    ...arms.map(({ value }) => value),
    interval.low,
    interval.high,
  ]);
  const numbers = axisNumbers(extent, ticks);
  const randomRow = at(arms.findIndex(({ series }) => series === 'random'));
  const dots = random.values.map((x, i) => ({ x, y: randomRow + 0.6 * (((i * JITTER) % 1) - 0.5) }));
  return drawing({
    width,
    height,
    marginLeft: room,
    marginRight: 12,
    marginTop: 8,
    marginBottom: height - 8 - ROW * arms.length,
    x: { domain: [...extent], label: null, ticks },
    y: { type: 'linear', domain: [0.5, arms.length + 0.5], axis: null },
    marks: [
      plot.rect([0], {
        x1: () => random.band.low,
        x2: () => random.band.high,
        y1: () => 0.5,
        y2: () => arms.length + 0.5,
        fill: 'currentColor',
        fillOpacity: 0.08,
      }),
      plot.gridX({ strokeOpacity: 0.12 }),
      plot.ruleX([random.mean], { strokeOpacity: 0.5, strokeDasharray: '2 2' }),
      drawsMark(dots, { look: EFFECT_LOOKS.random, series: seriesOf('random') }),
      plot.ruleY([0], {
        x1: () => interval.low,
        x2: () => interval.high,
        y: () => at(0),
        stroke: EFFECT_LOOKS.filtered.color,
        strokeWidth: 2,
        ...ofSeries(seriesOf('filtered')),
      }),
      ...arms.map(({ name, series, value, p }, row) =>
        plot.dot([0], {
          x: () => value,
          y: () => at(row),
          r: series === 'filtered' ? 5 : 4,
          fill: EFFECT_LOOKS[series].color,
          title: () =>
            visibleText(
              `${name}: ${numberText(value, { error: random.standardDeviation })}${unit}${p === null ? '' : `, ${probabilityClause(p, name === 'filtered' ? resolutionOf(random) : 'above')}`}`,
            ),
          ...ofSeries(seriesOf(series)),
        }),
      ),
      ...arms.map(({ name }, row) =>
        plot.text([fittedText(name, { width: room - NAME_GAP, fontSize })], {
          frameAnchor: 'left',
          y: () => at(row),
          dx: -NAME_GAP,
          textAnchor: 'end',
          fontSize,
        }),
      ),
      plot.axisX({ ticks, tickFormat: numbers.text, label: null, fontVariant: '' }),
      plot.text([`${label}${numbers.note}`], { frameAnchor: 'bottom-right', dy: 32, textAnchor: 'end' }),
    ],
  });
}
