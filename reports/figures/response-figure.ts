import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import type { StudyCurve, StudyResponse } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { apartTicks, axisNumbers, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
import { BACKGROUND_LOOK, seriesLook } from './series-look.js';
import { crossMark, ofSeries, tracedMarks } from './series-marks.js';

/** Four panels in a row. */
/** Two in a column, four in two. */
const WIDTH = 168;
const HEIGHT = 150;
const TICKS = 4;
const MARGINS = { marginRight: 10, marginTop: 16, marginBottom: 36 };
const LEAST_LEFT = 40;

interface NormalizedResponse {
  readonly of: StudyResponse;
  readonly series: number;
  readonly levels: readonly {
    readonly level: number;
    readonly value: number;
    /** the central 95 % of the draws; null of too few */
    readonly band: { readonly low: number; readonly high: number } | null;
    /** 0 undistorted, 1 as far as the metric went at any level; above 0 is worse */
    readonly badness: number;
    /** no worse than the level before */
    readonly isInverted: boolean;
  }[];
}

/** How every metric answers to each family of distortions, for one set: a panel for each, in the metric's own units. */
export function responseFigure(
  responses: readonly StudyResponse[],
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const { arm } = responses[0]!;
  const metrics = [...new Set(responses.map(({ metric }) => metric))];
  const normalized = responses.map((of) =>
    normalizedResponse(of, { series: metrics.indexOf(of.metric), curves }),
  );
  const isInverted = normalized.some(({ levels }) => levels.some((level) => level.isInverted));
  const hasBands = normalized.some(({ levels }) => levels.some(({ band }) => band !== null));
  const families = [...new Set(responses.map(({ distortion }) => distortion))];
  const own = curves.filter((curve) => curve.arm === arm && metrics.includes(curve.metric));
  const n = [
    ...new Set(own.map(({ points }) => points.at(-1)?.sampleSize).filter((size) => size !== undefined)),
  ];
  return {
    name: `response-${arm}`,
    source: 'study.json',
    metric: null,
    title: `Response to distortion: ${arm}`,
    caption:
      'Every metric, in its own units, against the level of each distortion; level 0 is the undistorted set, and a thin line its value. ' +
      `${hasBands ? 'Bars: the central 95 % of the draws. ' : ''}${isInverted ? 'A cross marks an inversion: a level that scores no worse than the one before.' : ''}`,
    subtitle: `${subtitleOf(own)}; values at n = ${n.map((size) => countText(size)).join(', ')}`,
    keys: [
      ...metrics.map((metric, series) => ({
        text: metricLabel(metric),
        mark: 'line' as const,
        look: seriesLook(series),
        series,
      })),
      ...(isInverted
        ? [{ text: 'inversion', mark: 'cross' as const, look: BACKGROUND_LOOK, series: null }]
        : []),
    ],
    panels: families.flatMap((family) =>
      normalized
        .filter(({ of }) => of.distortion === family)
        .map((one) => ({
          title: `${metricLabel(one.of.metric)}${ARROWS[one.of.direction]}, ${family}`,
          width: WIDTH,
          height: HEIGHT,
          views: [{ name: 'levels', drawing: responsePanel(one, board) }],
        })),
    ),
    warnings: inversionWarnings(responses),
    comparability: comparabilityOf(own),
    table: {
      header: [
        'distortion',
        'metric',
        'values by level',
        'τ with level',
        'first inversion',
        'better than undistorted at',
      ],
      rows: responses.map(({ distortion, metric, levels, response }) => [
        distortion,
        metricLabel(metric),
        levels.map(({ level, value }) => `${level}: ${numberText(value)}`).join(', '),
        response.monotonicity === null ? '–' : numberText(response.monotonicity, { error: 0.01 }),
        response.firstInversion === null ? 'none' : String(response.firstInversion),
        response.improvedLevels.length === 0 ? 'no level' : response.improvedLevels.join(', '),
      ]),
    },
    numbers: {
      header: ['arm', 'distortion', 'metric', 'level', 'value', 'low', 'high', 'normalized'],
      rows: normalized.flatMap(({ of, levels }) =>
        levels.map(({ level, value, band, badness }) => [
          ...[arm, of.distortion, of.metric, level, value],
          ...[band?.low ?? null, band?.high ?? null, badness],
        ]),
      ),
    },
  };
}

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

function normalizedResponse(
  of: StudyResponse,
  { series, curves }: { readonly series: number; readonly curves: readonly StudyCurve[] },
): NormalizedResponse {
  const bandOf = (level: number) =>
    curves
      .find(
        (curve) =>
          curve.arm === of.arm &&
          curve.metric === of.metric &&
          (level === 0
            ? curve.distortion === 'none'
            : curve.distortion === of.distortion && curve.level === level),
      )
      ?.points.at(-1)?.band ?? null;
  const sign = of.direction === 'higher-is-better' ? -1 : 1;
  const sorted = [...of.levels].sort((a, b) => a.level - b.level);
  const from = sorted[0]!.value;
  const farthest = largestOf(sorted.map(({ value }) => Math.abs(value - from)));
  const badness = sorted.map(({ value }) => (farthest === 0 ? 0 : (sign * (value - from)) / farthest));
  return {
    of,
    series,
    levels: sorted.map(({ level, value }, i) => ({
      level,
      value,
      band: bandOf(level),
      badness: badness[i]!,
      isInverted: i > 0 && badness[i]! <= badness[i - 1]!,
    })),
  };
}

function responsePanel({ of, series, levels }: NormalizedResponse, { plot, drawing }: DrawingBoard): Html {
  const look = seriesLook(series);
  const points = levels.map((one) => ({
    ...one,
    low: one.band?.low ?? one.value,
    high: one.band?.high ?? one.value,
    title: visibleText(
      `${metricLabel(of.metric)}, ${of.distortion} at level ${one.level}: ${numberText(one.value)}`,
    ),
  }));
  const extent = paddedExtent(points.flatMap(({ value, low, high }) => [value, low, high]));
  const numbers = axisNumbers(extent, TICKS);
  const marginLeft = Math.max(LEAST_LEFT, numbers.room);
  const across = paddedExtent(levels.map(({ level }) => level));
  const unit = (WIDTH - marginLeft - MARGINS.marginRight) / (across[1] - across[0]);
  const ticks = apartTicks(
    levels.map(({ level }) => level),
    (level) => level * unit,
  );
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    marginLeft,
    x: { domain: [...across], label: null },
    y: { domain: [...extent], label: null },
    marks: [
      plot.gridY({ ticks: TICKS, strokeOpacity: 0.12 }),
      plot.ruleY([levels[0]!.value], { strokeOpacity: 0.5 }),
      plot.ruleX(points, { x: 'level', y1: 'low', y2: 'high', stroke: look.color, ...ofSeries(series) }),
      ...tracedMarks(points, { x: 'level', y: 'value', look, series }, plot),
      crossMark(
        levels.filter(({ isInverted }) => isInverted).map(({ level, value }) => ({ x: level, y: value })),
        { look, series },
      ),
      plot.axisX({ ticks: [...ticks], tickFormat: String, label: null, fontVariant: '' }),
      plot.axisY({ ticks: TICKS, tickFormat: numbers.text, label: null, fontVariant: '' }),
      ...(numbers.note === ''
        ? []
        : [plot.text([numbers.note.slice(2)], { frameAnchor: 'top-left', dy: -12, textAnchor: 'start' })]),
      plot.text(['level →'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}

function inversionWarnings(responses: readonly StudyResponse[]): readonly string[] {
  const inverted = responses.filter(({ response }) => response.firstInversion !== null);
  const shown = inverted
    .slice(0, 4)
    .map(
      ({ metric, distortion, response }) =>
        `${metricLabel(metric)} does not worsen at level ${response.firstInversion} of ${distortion}` +
        (response.improvedLevels.length === 0
          ? '.'
          : `, and scores level ${response.improvedLevels.join(', ')} better than the undistorted set.`),
    );
  return inverted.length > 4 ? [...shown, `… and ${inverted.length - 4} more: see the table.`] : shown;
}
