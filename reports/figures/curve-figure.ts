import { FLOOR_ARM } from '../../sample-size-study/study-cells.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { countText, numberText } from '../number-text.js';
import { limitOf, SETTLED_SHARE, settledSize, unbiasedSize } from './curve-marks.js';
import { curvePanel, SINGULAR_LOOK, singularDimension, thinning } from './curve-panel.js';
import type { DrawingBoard } from './drawing-board.js';
import { armName, type DrawnCurve, drawnCurves } from './drawn-curve.js';
import type { Figure, KeyEntry, Panel } from './figure.js';
import { figureWarnings } from './figure-warnings.js';
import { standingOf, subtitleOf } from './figure-words.js';
import { metricAxis } from './metric-axis.js';
import { BACKGROUND_LOOK } from './series-look.js';

const HEIGHT = 280;
const WIDTH = 350;

/** One metric against n: every draw, mean, band and limit; beside it the same in shares of the value at the largest n. */
export function curveFigure(curves: readonly StudyCurve[], board: DrawingBoard): Figure {
  const { metric, direction } = curves[0]!;
  const drawn = drawnCurves(curves);
  const comparable = drawn
    .filter(({ curve }) => curve.arm !== FLOOR_ARM && differsFromZero(curve))
    .map((entry): DrawnCurve => ({ ...entry, unit: entry.curve.points.at(-1)!.mean }));
  const left = drawn.filter(({ series }) => !comparable.some((entry) => entry.series === series));
  const every = thinning(curves);
  const isPair = comparable.length > 0;
  const panel = (
    entries: readonly DrawnCurve[],
    title: string,
    { values, label }: { readonly values: 'absolute' | 'shares'; readonly label: string },
  ): Panel => ({
    title,
    width: WIDTH,
    height: HEIGHT,
    views: (['log', 'linear'] as const).map((scale) => ({
      name: `${scale} n`,
      drawing: curvePanel(entries, { label, values, scale, width: WIDTH, height: HEIGHT }, board),
    })),
  });
  const pair = isPair
    ? ` Right: the same divided by the mean at the largest n; the gray band is ± ${SETTLED_SHARE * 100} %, and a ring marks the size from which the mean stays within it.`
    : '';
  return {
    name: `curve-${metric}`,
    source: 'study.json',
    metric,
    title: `${metric} by sample size`,
    caption:
      `${isPair ? 'Left: ' : ''}${metric} against the number of generated images; each dot is one draw, the line their mean, ` +
      'the band the central 95 % of the draws, the diamond the limit at n → ∞ with its interval (hollow where the curve is no line ' +
      `in 1/n, which it rests on). A triangle on the axis: bias is below ${SETTLED_SHARE * 100} % of the limit from there ` +
      `(pointing right: beyond the axis).${pair}`,
    subtitle: [subtitleOf(curves), ...(every > 1 ? [`one of ${every} draws is drawn`] : [])].join('; '),
    keys: keysOf(drawn),
    panels: [
      panel(drawn, 'value', { values: 'absolute', label: metricAxis(metric, direction) }),
      ...(isPair
        ? [
            panel(comparable, 'relative to the value at the largest n', {
              values: 'shares',
              label: `${metric} / ${metric} at largest n`,
            }),
          ]
        : []),
    ],
    warnings: [...figureWarnings(curves), ...leftOut(left, { isPair })],
    standing: standingOf(curves),
    table: tableOf(curves),
    numbers: {
      header: ['metric', 'arm', 'sample_size', 'draw', 'value'],
      rows: curves.flatMap(({ arm, points }) =>
        points.flatMap(({ sampleSize, values }) =>
          values.map((value, draw) => [metric, arm, sampleSize, draw, value]),
        ),
      ),
    },
  };
}

/** A share of a value that is zero within its own spread says nothing. */
function differsFromZero({ points }: StudyCurve): boolean {
  const { mean, relativeToLargest } = points.at(-1)!;
  const spread = points.findLast(({ independentDeviation }) => independentDeviation !== null);
  return relativeToLargest !== null && mean !== 0 && Math.abs(mean) > 2 * (spread?.independentDeviation ?? 0);
}

function leftOut(left: readonly DrawnCurve[], { isPair }: { readonly isPair: boolean }): readonly string[] {
  const names = left.map(({ curve }) => armName(curve.arm));
  if (!isPair) return ['No panel of shares: every value at the largest n is near 0, or a floor.'];
  if (names.length === 0) return [];
  const shown =
    names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
  return [`Not drawn relative to the largest n, being near 0 or a floor: ${shown}.`];
}

function keysOf(drawn: readonly DrawnCurve[]): readonly KeyEntry[] {
  const sign = (text: string, mark: KeyEntry['mark']): KeyEntry => ({
    text,
    mark,
    look: BACKGROUND_LOOK,
    series: null,
  });
  const dimension = singularDimension(drawn);
  const arms = drawn.map(
    ({ curve, look, series }): KeyEntry => ({ text: armName(curve.arm), mark: 'line', look, series }),
  );
  const limits = drawn.flatMap((entry) => limitOf(entry) ?? []);
  const ofPoints = (holds: (point: StudyCurve['points'][number]) => boolean) =>
    drawn.some(({ curve }) => curve.points.some(holds));
  // a sign that nothing in the figure bears would be looked for in vain
  const signs = [
    ofPoints(({ values }) => values.length > 1) ? sign('draws', 'dots') : null,
    ofPoints(({ band }) => band !== null) ? sign('95 % of draws', 'area') : null,
    limits.some(({ isDoubtful }) => !isDoubtful) ? sign('limit, interval', 'diamond') : null,
    limits.some(({ isDoubtful }) => isDoubtful) ? sign('doubtful limit', 'hollow') : null,
    drawn.some(({ curve }) => unbiasedSize(curve) !== null) ? sign('bias < 5 % from n', 'triangle') : null,
    drawn.some(({ curve }) => settledSize(curve) !== null) ? sign('settled within 5 %', 'ring') : null,
  ];
  return [
    ...arms,
    ...signs.filter((one) => one !== null),
    ...(dimension === null
      ? []
      : [
          {
            ...sign(`n ≤ d = ${countText(dimension)}: covariance singular`, 'area'),
            look: SINGULAR_LOOK,
          },
        ]),
  ];
}

function tableOf(curves: readonly StudyCurve[]): Figure['table'] {
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
