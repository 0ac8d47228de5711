import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { bandText, meanText } from '../../sample-size-study/curve-texts.js';
import { differsFromZero } from '../../sample-size-study/final-values.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { SETTLED_SHARE } from './curve-marks.js';
import { curvePanel, namedCurvePanel, thinning } from './curve-panel.js';
import { armKeys, choiceWords, curveSigns } from './curve-signs.js';
import type { DrawingBoard } from './drawing-board.js';
import { type DrawnCurve, drawnCurves, highlightedArms, setName } from './drawn-curve.js';
import type { Figure, Panel } from './figure.js';
import { comparabilityOf, figureWarnings, subtitleOf } from './figure-words.js';
import { metricAxis } from './value-axis.js';

const HEIGHT = 280;
const WIDTH = 350;
/** Titles of the two panels, by which the caption names them: beside or below one another as there is room. */
const VALUE = 'value';
const SHARES = 'relative to the value at the largest n';
const BAND_WORDS = `the gray band is ± ${SETTLED_SHARE * 100} % of it`;

/** Sets that are drawn in full, where others decide, and the height of panels. */
interface CurveOptions {
  readonly highlighted?: readonly string[];
  readonly height?: number;
}

/** The two panels of one metric against n. */
interface CurvePair {
  readonly drawn: readonly DrawnCurve[];
  /** sets without relative values */
  readonly left: readonly DrawnCurve[];
  readonly isPair: boolean;
  readonly panels: readonly Panel[];
}

/** @param prefix  of the titles, where a figure has several metrics */
export function curvePair(
  curves: readonly StudyCurve[],
  board: DrawingBoard,
  prefix = '',
  { highlighted, height = HEIGHT }: CurveOptions = {},
): CurvePair {
  const { metric, direction } = curves[0]!;
  const name = metricLabel(metric);
  const drawn = drawnCurves(curves, highlighted);
  const comparable = drawn
    .filter(({ curve }) => curve.arm !== NOISE_FLOOR && hasRelativeValues(curve))
    .map((entry): DrawnCurve => ({ ...entry, unit: entry.curve.points.at(-1)!.mean }));
  const left = drawn.filter(({ curve }) => !comparable.some((entry) => entry.curve === curve));
  const isPair = comparable.length > 0;
  const panel = (
    entries: readonly DrawnCurve[],
    title: string,
    { values, label }: { readonly values: 'absolute' | 'shares'; readonly label: string },
  ): Panel => {
    const options = { label, values, width: WIDTH, height };
    return {
      title: `${prefix}${title}`,
      width: WIDTH,
      height,
      views: (['log', 'linear'] as const).map((scale) => ({
        name: `${scale} n`,
        drawing: curvePanel(entries, { ...options, scale }, board),
      })),
      named: () => namedCurvePanel(entries, { ...options, scale: 'log' }, board),
    };
  };
  const panels = [
    panel(drawn, VALUE, { values: 'absolute', label: metricAxis(name, direction) }),
    ...(isPair
      ? [panel(comparable, SHARES, { values: 'shares', label: `${name} / ${name} at largest n` })]
      : []),
  ];
  return { drawn, left, isPair, panels };
}

/** One metric against n: every draw, mean, band and limit; beside it the same relative to the value at the largest n. */
export function curveFigure(
  curves: readonly StudyCurve[],
  board: DrawingBoard,
  options: CurveOptions = {},
): Figure {
  const { metric } = curves[0]!;
  const name = metricLabel(metric);
  const { drawn, left, isPair, panels } = curvePair(curves, board, '', options);
  const every = thinning(drawn);
  const signs = curveSigns(drawn);
  return {
    name: `curve-${metric}`,
    source: 'study.json',
    metric,
    title: `${name} by sample size`,
    caption: [
      `${isPair ? `“${VALUE}”: ` : ''}${name} against the number of generated images. ${choiceWords(drawn)}`,
      signs.map(({ words }) => words).join(' '),
      isPair ? ` “${SHARES}”: the same divided by the mean at the largest n; ${BAND_WORDS}.` : '',
    ].join(''),
    subtitle: [subtitleOf(curves), ...(every > 1 ? [`one of ${every} draws is drawn`] : [])].join('; '),
    keys: [...armKeys(drawn), ...signs.flatMap(({ key }) => key ?? [])],
    panels,
    warnings: [...figureWarnings(curves), ...leftOut(left, { isPair })],
    comparability: comparabilityOf(curves),
    table: curveTable(curves),
    numbers: drawNumbers(curves),
  };
}

/** Every draw of some curves. */
export function drawNumbers(curves: readonly StudyCurve[]): Figure['numbers'] {
  return {
    header: ['metric', 'arm', 'sample_size', 'draw', 'value'],
    rows: curves.flatMap(({ metric, arm, points }) =>
      points.flatMap(({ sampleSize, values }) =>
        values.map((value, draw) => [metric, arm, sampleSize, draw, value]),
      ),
    ),
  };
}

/** Rows of a joined figure are lower than a figure of one metric. */
const JOINED_HEIGHT = 220;
const MOST_JOINED = 4;

/** All metrics against n in one figure, a row each: values left, right the same relative to the largest n; a set has one look in all. */
export function joinedCurves(metrics: readonly (readonly StudyCurve[])[], board: DrawingBoard): Figure {
  const joined = metrics.slice(0, MOST_JOINED);
  const arms = new Set(
    joined.flatMap(([first, ...rest], i) => (i === 0 ? [] : [first!, ...rest])).map(({ arm }) => arm),
  );
  const first = highlightedArms(joined[0]!);
  const isChosen = first.length < joined[0]!.filter(({ points }) => points.length > 0).length;
  const highlighted = isChosen ? first : [...new Set([...first, ...arms])];
  const figures = joined.map((curves) => curveFigure(curves, board, { highlighted, height: JOINED_HEIGHT }));
  // a row without its right panel would draw the next row's beside it
  const rows = [...figures].sort((a, b) => b.panels.length - a.panels.length);
  const keys = new Map(
    figures.flatMap((figure) => figure.keys.map((key) => [`${key.series} ${key.text}`, key])),
  );
  const of = ({ metric }: Figure) => metricLabel(metric!);
  const left = metrics.length - joined.length;
  return {
    ...figures[0]!,
    name: 'curves',
    metric: null,
    layout: 'pairs',
    title: 'Metrics by sample size',
    caption: `Left: each metric against the number of generated images. Right: the same divided by the mean at the largest n; ${BAND_WORDS}. ${choiceWords(drawnCurves(joined[0]!, highlighted))}${curveSigns(
      joined.flatMap((curves) => drawnCurves(curves, highlighted)),
    )
      .map(({ words }) => words)
      .join(' ')}${left > 0 ? ` The other metrics have figures of their own.` : ''}`,
    subtitle: subtitleOf(joined.flat()),
    keys: [...keys.values()].sort((a, b) => Number(a.series === null) - Number(b.series === null)),
    panels: rows.flatMap((figure) =>
      figure.panels.map((panel) => ({
        ...panel,
        title: panel.title === VALUE ? of(figure) : `${of(figure)} relative to the largest n`,
      })),
    ),
    warnings: [...new Set(figures.flatMap(({ warnings }) => warnings))],
    comparability: comparabilityOf(joined.flat()),
    table: {
      header: ['metric', ...figures[0]!.table.header],
      rows: figures.flatMap((figure) => figure.table.rows.map((row) => [of(figure), ...row])),
    },
    numbers: {
      header: figures[0]!.numbers.header,
      rows: figures.flatMap(({ numbers }) => numbers.rows),
    },
  };
}

/** Whether the mean at the largest n differs significantly from 0, so that relative values are defined. */
function hasRelativeValues(curve: StudyCurve): boolean {
  const { mean, relativeToLargest } = curve.points.at(-1)!;
  return relativeToLargest !== null && differsFromZero(mean, curve);
}

function leftOut(left: readonly DrawnCurve[], { isPair }: { readonly isPair: boolean }): readonly string[] {
  const names = left.map(({ curve }) => setName(curve.arm));
  if (!isPair) return ['No relative panel: at the largest n no value differs significantly from 0.'];
  if (names.length === 0) return [];
  const shown =
    names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
  const why = left.every(({ curve }) => curve.arm === NOISE_FLOOR)
    ? 'it is there to compare values with'
    : 'a noise floor, or not significantly different from 0';
  return [`Not drawn relative to the largest n (${why}): ${shown}.`];
}

/** The numbers of some curves, a row each size. */
export function curveTable(curves: readonly StudyCurve[]): Figure['table'] {
  return {
    header: ['arm', 'n', 'draws', 'mean', 'standard deviation', '95 % of draws', 'relative to largest n'],
    rows: curves.flatMap((curve) =>
      curve.points.map((point) => [
        curve.arm,
        countText(point.sampleSize),
        countText(point.values.length),
        meanText(curve, point),
        point.independentDeviation === null ? '–' : errorText(point.independentDeviation),
        bandText(curve, point) ?? '–',
        point.relativeToLargest === null ? '–' : numberText(point.relativeToLargest, { error: 0.01 }),
      ]),
    ),
  };
}
