import type { FilterEffect } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { numberText, probabilityClause } from '../../numerics/number-text.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
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
  /** of the filtered set by jackknife, of random sets the central 95 % of draws, of others how far a random subset of this size varies */
  readonly interval: { readonly low: number; readonly high: number };
  readonly p: number | null;
}

/** Standard deviations that hold 95 % of a normal distribution. */
const SPREAD = 1.96;

/** Every subset at equal n, the best first. */
export function effectArms({
  direction,
  filtered,
  random,
  inverse,
  controls,
  residual,
  beyondDetail,
  difference,
  pHolm,
}: FilterEffect): readonly EffectArm[] {
  const within = SPREAD * random.standardDeviation;
  const arm = (
    name: string,
    series: EffectSeries,
    value: number,
    p: number | null,
    interval = { low: value - within, high: value + within },
  ): EffectArm => ({ name, series, value, interval, p });
  const arms = [
    arm('filtered', 'filtered', filtered, pHolm ?? random.pTwoSided, {
      low: random.mean + difference.interval.low,
      high: random.mean + difference.interval.high,
    }),
    arm('random (mean)', 'random', random.mean, null, random.band),
    ...('reason' in beyondDetail
      ? []
      : [
          arm('random, same detail', 'random', beyondDetail.test.mean, null, beyondDetail.test.band),
          ...(beyondDetail.copy === undefined
            ? []
            : [arm('predicted by detail', 'control', beyondDetail.copy, null)]),
        ]),
    arm('inverse filter', 'inverse', inverse.value, inverse.test.pTwoSided),
    ...controls.map(({ control, value, test }) => arm(`by ${control}`, 'control', value, test.pTwoSided)),
    ...('reason' in residual
      ? []
      : [arm('residual score', 'residual', residual.value, residual.test.pTwoSided)]),
  ];
  const sign = direction === 'lower-is-better' ? 1 : -1;
  return arms.sort((one, other) => sign * (one.value - other.value));
}

const ROW = 22;
/** Names of subsets: room for them, and the size of their letters. */
const NAMES = { broad: { room: 168, fontSize: 11 }, narrow: { room: 122, fontSize: 10 } } as const;
const NAME_GAP = 8;
/** Steps of the golden ratio: dots side by side do not lie on one another, and the same on every run. */
const JITTER = 0.618_033_988_749_895;

/** The range of what is compared first, and as much again on either side: values beyond stand at its ends. */
function shownRange(
  { random }: FilterEffect,
  arms: readonly EffectArm[],
): { readonly low: number; readonly high: number } {
  const { value, interval } = arms.find(({ series }) => series === 'filtered')!;
  const core = [...random.values, value, interval.low, interval.high];
  const [low, high] = [leastOf(core), largestOf(core)];
  return { low: low - (high - low), high: high + (high - low) };
}

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
  const { random } = effect;
  const arms = effectArms(effect);
  const at = (row: number) => arms.length - row;
  const { room, fontSize } = NAMES[width < 500 ? 'narrow' : 'broad'];
  const ticks = width < 500 ? 4 : 8;
  const shown = shownRange(effect, arms);
  const within = (value: number) => Math.min(Math.max(value, shown.low), shown.high);
  const extent = paddedExtent([
    ...random.values,
    ...arms.flatMap(({ value, interval: { low, high } }) => [value, low, high].map(within)),
  ]);
  const numbers = axisNumbers(extent, ticks);
  const randomRow = at(arms.findIndex(({ name }) => name === 'random (mean)'));
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
      ...arms.map(({ series, interval }, row) =>
        plot.ruleY([0], {
          x1: () => within(interval.low),
          x2: () => within(interval.high),
          y: () => at(row),
          stroke: EFFECT_LOOKS[series].color,
          strokeWidth: series === 'filtered' ? 2.5 : 1.5,
          ...ofSeries(seriesOf(series)),
        }),
      ),
      ...arms.map(({ name, series, value, p }, row) =>
        plot.dot([0], {
          x: () => within(value),
          y: () => at(row),
          r: series === 'filtered' ? 5 : 4,
          fill: within(value) === value ? EFFECT_LOOKS[series].color : 'none',
          stroke: EFFECT_LOOKS[series].color,
          title: () =>
            visibleText(
              `${name}: ${numberText(value, { error: random.standardDeviation })}${unit}${p === null ? '' : `, ${probabilityClause(p, name === 'filtered' ? resolutionOf(random) : 'above')}`}`,
            ),
          ...ofSeries(seriesOf(series)),
        }),
      ),
      // a value far beyond the others is written at the end of the axis
      ...arms.flatMap(({ series, value }, row) =>
        within(value) === value
          ? []
          : [
              plot.text([numberText(value, { error: random.standardDeviation })], {
                x: () => within(value),
                y: () => at(row),
                dx: value > shown.high ? -9 : 9,
                textAnchor: value > shown.high ? 'end' : 'start',
                ...ofSeries(seriesOf(series)),
              }),
            ],
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
