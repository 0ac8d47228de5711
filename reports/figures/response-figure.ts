import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import type { StudyCurve, StudyResponse } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/text-tables.js';
import { apartTicks, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
import { BACKGROUND_LOOK, seriesLook } from './series-look.js';
import { crossMark, ofSeries, strokeOf } from './series-marks.js';
import { valueAxisMark } from './value-axis.js';

/** Two panels in a row, so that five levels have room. */
const WIDTH = 350;
const HEIGHT = 220;
const MARGINS = { marginLeft: 44, marginRight: 10, marginTop: 26, marginBottom: 36 };

interface NormalizedResponse {
  readonly of: StudyResponse;
  readonly series: number;
  readonly levels: readonly {
    readonly level: number;
    readonly value: number;
    /** 0 undistorted, 1 as far as the metric went at any level; above 0 is worse */
    readonly badness: number;
    /** no worse than the level before */
    readonly isInverted: boolean;
  }[];
}

/** How every metric answers to each family of distortions, for one set: 0 undistorted, 1 its largest change. */
export function responseFigure(
  responses: readonly StudyResponse[],
  curves: readonly StudyCurve[],
  board: DrawingBoard,
): Figure {
  const { arm } = responses[0]!;
  const metrics = [...new Set(responses.map(({ metric }) => metric))];
  const normalized = responses.map((of) => normalizedResponse(of, metrics.indexOf(of.metric)));
  const isInverted = normalized.some(({ levels }) => levels.some((level) => level.isInverted));
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
      'Every metric against the level of distortion, so that up is worse: 0 is the undistorted set, 1 the metric’s largest ' +
      `change. ${isInverted ? 'A cross marks an inversion: a level that scores no worse than the one before. ' : ''}Each metric has its own scale: ` +
      `the table has the values.`,
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
    panels: families.map((family) => ({
      title: family,
      width: WIDTH,
      height: HEIGHT,
      views: [
        {
          name: 'levels',
          drawing: responsePanel(
            normalized.filter(({ of }) => of.distortion === family),
            board,
          ),
        },
      ],
    })),
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
      header: ['arm', 'distortion', 'metric', 'level', 'value', 'normalized'],
      rows: normalized.flatMap(({ of, levels }) =>
        levels.map(({ level, value, badness }) => [arm, of.distortion, of.metric, level, value, badness]),
      ),
    },
  };
}

function normalizedResponse(of: StudyResponse, series: number): NormalizedResponse {
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
      badness: badness[i]!,
      isInverted: i > 0 && badness[i]! <= badness[i - 1]!,
    })),
  };
}

function responsePanel(responses: readonly NormalizedResponse[], { plot, drawing }: DrawingBoard): Html {
  const levels = [
    ...new Set(responses.flatMap((response) => response.levels.map(({ level }) => level))),
  ].sort((a, b) => a - b);
  const extent = paddedExtent([
    0,
    1,
    ...responses.flatMap((response) => response.levels.map(({ badness }) => badness)),
  ]);
  // metrics that respond alike lie on one another: the lower ones are wider, and so stay visible
  const step = Math.min(1.2, 2.6 / Math.max(1, responses.length - 1));
  const across = paddedExtent(levels);
  const unit = (WIDTH - MARGINS.marginLeft - MARGINS.marginRight) / (across[1] - across[0]);
  const ticks = apartTicks(levels, (level) => level * unit);
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    x: { domain: [...across], label: null },
    y: { domain: [...extent], label: null },
    marks: [
      plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
      plot.ruleY([0], { strokeOpacity: 0.5 }),
      ...responses.flatMap(({ of, series, levels: own }, i) => {
        const look = seriesLook(series);
        const wider = step * (responses.length - 1 - i);
        const points = own.map((one) => ({
          ...one,
          title: visibleText(
            `${metricLabel(of.metric)}, ${of.distortion} at level ${one.level}: ${numberText(one.value)}`,
          ),
        }));
        return [
          plot.line(points, {
            x: 'level',
            y: 'badness',
            strokeWidth: 1.8 + wider,
            ...strokeOf(look),
            ...ofSeries(series),
          }),
          plot.dot(points, {
            x: 'level',
            y: 'badness',
            r: 2.8 + wider / 2,
            fill: look.color,
            title: 'title',
            ...ofSeries(series),
          }),
          crossMark(
            own
              .filter(({ isInverted }) => isInverted)
              .map(({ level, badness }) => ({ x: level, y: badness })),
            { look, series },
          ),
        ];
      }),
      plot.axisX({ ticks: [...ticks], tickFormat: String, label: null, fontVariant: '' }),
      valueAxisMark(plot, 'worsening relative to range ↑', { ticks: 5 }),
      plot.text(['level of distortion →'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
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
