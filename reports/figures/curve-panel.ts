import type * as Plots from '@observablehq/plot';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { apartPlaces, sizeText } from './axis-ticks.js';
import { curveMarks, limitOf, meanMarks, requiredMarks, SETTLED_SHARE } from './curve-marks.js';
import type { DrawingBoard } from './drawing-board.js';
import { type DrawnCurve, inFull } from './drawn-curve.js';
import { textWidth } from './figure-size.js';
import type { SeriesLook } from './series-look.js';
import { dotOf, intervalMark, ofSeries } from './series-marks.js';
import { type ScaleKind, sizeScale } from './size-scale.js';
import { linearAxis, shareAxis, valueAxisMark } from './value-axis.js';

/** Dots in one panel; of more, every k-th is drawn. */
const MOST_DOTS = 3000;
export const SINGULAR_LOOK: SeriesLook = { color: '#e2b64a', dash: null };

export interface CurvePanel {
  readonly label: string;
  readonly values: 'absolute' | 'shares';
  readonly scale: ScaleKind;
  readonly width: number;
  readonly height: number;
}

/** Room around the axes. */
const [TOP, BOTTOM] = [26, 36];
/** Sets whose names can stand at the ends of their lines, how long these may be, and the height of each. */
const [MOST_NAMED, LONGEST_NAME, NAME_LINE] = [4, 90, 13];
/** Where the dot and the name of a set stand, right of the axes. */
const [DOT_AT, NAME_AT] = [7, 14];

/** The name of a set at the end of its line. */
interface EndName extends DrawnCurve {
  readonly text: string;
  /** the value at whose height it stands */
  readonly at: number;
}

/** Of how many draws one is drawn. */
export function thinning(drawn: readonly DrawnCurve[]): number {
  const draws = inFull(drawn).reduce(
    (sum, { curve }) => sum + curve.points.reduce((own, { values }) => own + values.length, 0),
    0,
  );
  return Math.max(1, Math.ceil(draws / MOST_DOTS));
}

/** The same with the names of its sets at the ends of their lines, in place of a key; null where they are too many or too long. */
export function namedCurvePanel(
  drawn: readonly DrawnCurve[],
  options: CurvePanel,
  board: DrawingBoard,
): Html | null {
  if (drawn.length > MOST_NAMED) return null;
  const { type, domain } = valuesAxis(drawn, options);
  const bottom = options.height - BOTTOM;
  const y = board.plot.scale({ y: { type, domain: [...domain], range: [bottom, TOP] } })!;
  const ends = drawn
    .map((entry) => ({
      ...entry,
      text: visibleText(entry.curve.arm === NOISE_FLOOR ? 'noise floor' : entry.curve.arm),
      end: y.apply(limitOf(entry)?.estimate ?? entry.curve.points.at(-1)!.mean / entry.unit) as number,
    }))
    .sort((a, b) => a.end - b.end);
  if (ends.some(({ text }) => textWidth(text) > LONGEST_NAME)) return null;
  const places = apartPlaces(
    ends.map(({ end }) => end),
    { gap: NAME_LINE, first: TOP, last: bottom },
  );
  const names = ends.map((name, i): EndName => ({ ...name, at: y.invert!(places[i]!) as number }));
  return curvePanel(drawn, options, board, names);
}

/** Axis of the values of some curves, their draws and limits. */
function valuesAxis(drawn: readonly DrawnCurve[], { values }: Pick<CurvePanel, 'values'>) {
  const shown = [
    ...drawn.flatMap(({ curve, unit, detail }) =>
      curve.points.flatMap(({ values: draws, mean }) =>
        [...(detail === 'full' ? draws : []), mean].map((value) => value / unit),
      ),
    ),
    ...inFull(drawn).flatMap((entry) => {
      const limit = limitOf(entry);
      return limit === null ? [] : [limit.low, limit.high];
    }),
    ...(values === 'shares' ? [1 - SETTLED_SHARE, 1 + SETTLED_SHARE] : []),
  ];
  return values === 'shares' ? shareAxis(shown) : linearAxis(shown);
}

/** Curves against n: draws, means, bands, required sizes on the axis, limits right of the largest size. */
export function curvePanel(
  drawn: readonly DrawnCurve[],
  { label, values, scale: kind, width, height }: CurvePanel,
  { plot, drawing }: DrawingBoard,
  names: readonly EndName[] = [],
): Html {
  const scale = sizeScale(
    drawn.flatMap(({ curve }) => curve.points.map(({ sampleSize }) => sampleSize)),
    kind,
  );
  const { high } = scale;
  const full = inFull(drawn);
  const limits = full.flatMap((entry) => limitOf(entry) ?? []);
  const step = Math.min(0.05, 0.16 / Math.max(1, limits.length - 1));
  const limitAt = (index: number) => scale.after(0.14 + index * step);
  const start = scale.before(0.04);
  const end = limits.length === 0 ? scale.after(0.04) : scale.after(0.19 + (limits.length - 1) * step);
  const every = thinning(drawn);
  const axis = valuesAxis(drawn, { values });
  const extent = axis.domain;
  return drawing({
    width,
    height,
    marginLeft: Math.max(52, axis.room),
    marginRight: 8 + Math.max(0, ...names.map(({ text }) => NAME_AT + textWidth(text))),
    marginTop: TOP,
    marginBottom: BOTTOM,
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
            plot.ruleX([scale.after(0.06)], { strokeOpacity: 0.35, strokeDasharray: '2 2' }),
            plot.text(['→ ∞'], {
              x: () => limitAt((limits.length - 1) / 2),
              frameAnchor: 'bottom',
              dy: 15,
            }),
          ]),
      ...drawn.filter(({ detail }) => detail === 'mean').flatMap((entry) => meanMarks(entry, plot)),
      ...full.flatMap((entry) => curveMarks(entry, { every, plot })),
      ...limits.map((limit, index) => intervalMark({ ...limit, x: limitAt(index) }, limit)),
      ...(values === 'absolute' ? requiredMarks(full, { scale, floor: extent[0] }) : []),
      plot.axisX({ ticks: [...scale.ticks], tickFormat: sizeText, label: null, fontVariant: '' }),
      valueAxisMark(plot, label, axis),
      ...names.flatMap(({ text, at, look, series }) => [
        plot.dot([at], { x: () => end, y: () => at, dx: DOT_AT, r: 3, ...dotOf(look), ...ofSeries(series) }),
        plot.text([text], {
          x: () => end,
          y: () => at,
          dx: NAME_AT,
          textAnchor: 'start',
          fontSize: 11,
          ...ofSeries(series),
        }),
      ]),
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
