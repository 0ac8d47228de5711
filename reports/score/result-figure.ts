import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, percentText } from '../../numerics/number-text.js';
import { type ScoreReport, type ScoreResult, sideName } from '../../scoring/score-report.js';
import { paddedExtent } from '../figures/axis-ticks.js';
import { type DrawingBoard, drawingBoard } from '../figures/drawing-board.js';
import type { Figure, NumberCell, Panel } from '../figures/figure.js';
import { COLUMN_WIDTH, FIGURE_WIDTH } from '../figures/figure-size.js';
import { BACKGROUND_LOOK } from '../figures/series-look.js';
import { metricAxis } from '../figures/value-axis.js';
import type { Html } from '../page/html.js';
import { isDemo } from '../page/page.js';
import { FLOOR_WORDS, floorCounts, intervalText, noiseFloorText, valueText } from '../text/result-texts.js';
import { visibleText } from '../text/visible-text.js';

const LOOK = { color: '#0072B2', dash: null };
const FLOOR_LOOK = { color: BACKGROUND_LOOK.color, dash: null };
const HEIGHT = 54;
/** Of a strip with a noise floor, which has a row of its own. */
const HEIGHT_WITH_FLOOR = 70;
const TICKS = 8;

/** A result that has an error, with what its strip shows. */
interface Strip {
  readonly result: ScoreResult;
  readonly value: number;
  /** of the asymptotic value, or of the value itself */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly floor: Floor | null;
}

/** The noise floor in the same estimate as the strip. */
interface Floor {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly title: string;
}

/** Each result with an interval as a strip of its own: the number that the interval is of, and beside it the plain value. */
export async function resultFigure(report: ScoreReport): Promise<Figure | null> {
  const strips = report.results.flatMap((result) => stripOf(result));
  if (strips.length === 0) return null;
  const board = await drawingBoard();
  const [reference, generated] = [sideName(report.reference), sideName(report.generated)];
  const level = percentText(strips[0]!.result.interval!.level);
  const isCorrected = strips.some(({ result }) => result.interval!.of === 'limit');
  const hasFloor = strips.some(({ floor }) => floor !== null);
  return {
    name: 'results',
    source: 'score.json',
    metric: null,
    title: 'Results with their intervals',
    caption: `Dots: ${isCorrected ? 'the bias-corrected estimate (n → ∞)' : 'the value'}, with its ${level} interval. Rings: the value at this n.${hasFloor ? ` Gray: the noise floor, ${FLOOR_WORDS}, in the same estimate.` : ''}`,
    subtitle: `${generated} against ${reference}`,
    keys: [
      {
        text: isCorrected ? `bias-corrected estimate, ${level} interval` : `${level} interval`,
        mark: 'line',
        look: LOOK,
        series: null,
      },
      { text: 'value at this n', mark: 'ring', look: LOOK, series: null },
      ...(hasFloor
        ? [
            {
              text: 'noise floor (halves of the reference)',
              mark: 'line',
              look: FLOOR_LOOK,
              series: null,
            } as const,
          ]
        : []),
    ],
    panels: strips.map((strip) => stripPanel(strip, board)),
    warnings: [],
    comparability: report.results.some(isDemo) ? 'demo' : 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: [
        ...['metric', 'value', 'interval_of', 'estimate', 'low', 'high', 'n_reference', 'n_generated'],
        ...(hasFloor ? FLOOR_COLUMNS : []),
      ],
      rows: strips.map(({ result, value, estimate, low, high, floor }) => [
        result.metric,
        value,
        result.interval!.of,
        estimate,
        low,
        high,
        result.n.reference,
        result.n.generated,
        ...(hasFloor ? floorNumbers(floor, result) : []),
      ]),
    },
  };
}

function stripOf(result: ScoreResult): readonly Strip[] {
  const { value, interval } = result;
  if (value === null || interval === null) return [];
  const estimate = interval.of === 'limit' ? (interval.estimate ?? value) : value;
  return [{ result, value, estimate, low: interval.low, high: interval.high, floor: floorOf(result) }];
}

const FLOOR_COLUMNS = [
  'noise_floor',
  'noise_floor_low',
  'noise_floor_high',
  'floor_n_reference',
  'floor_n_generated',
];

function floorNumbers(floor: Floor | null, { noiseFloor }: ScoreResult): readonly NumberCell[] {
  if (floor === null || noiseFloor === undefined) return FLOOR_COLUMNS.map(() => null);
  return [floor.estimate, floor.low, floor.high, noiseFloor.n.reference, noiseFloor.n.generated];
}

function floorOf({ noiseFloor }: ScoreResult): Floor | null {
  if (noiseFloor === undefined) return null;
  const { value, interval } = noiseFloor;
  return {
    estimate: interval.of === 'limit' ? (interval.estimate ?? value) : value,
    low: interval.low,
    high: interval.high,
    title: `noise floor: ${noiseFloorText(noiseFloor)}`,
  };
}

function stripPanel(strip: Strip, board: DrawingBoard): Panel {
  const { metric, direction, n, noiseFloor } = strip.result;
  const height = heightOf(strip);
  const view = (width: number) => [{ name: 'all', drawing: drawnStrip(strip, { width, board }) }];
  const counts = [n.reference, n.generated].filter((count) => count !== null).map(countText);
  return {
    title: `${metricAxis(metricLabel(metric), direction)}, n = ${counts.join(' : ')}${noiseFloor === undefined ? '' : `; noise floor at n = ${floorCounts(noiseFloor)}`}`,
    width: FIGURE_WIDTH,
    height,
    views: view(FIGURE_WIDTH),
    narrow: { width: COLUMN_WIDTH, height, views: view(COLUMN_WIDTH) },
  };
}

const heightOf = ({ floor }: Strip) => (floor === null ? HEIGHT : HEIGHT_WITH_FLOOR);

const floorEnds = (floor: Floor | null) => (floor === null ? [] : [floor.estimate, floor.low, floor.high]);

/** From 0 on, where 0 is the best that a set can reach. */
function drawnStrip(
  strip: Strip,
  { width, board: { plot, drawing } }: { readonly width: number; readonly board: DrawingBoard },
): Html {
  const { result, value, estimate, low, high, floor } = strip;
  const { direction } = result;
  const row = floor === null ? 0 : 0.4;
  const best = direction === 'lower-is-better' ? [0] : [];
  const domain = [...paddedExtent([value, estimate, low, high, ...floorEnds(floor), ...best])];
  return drawing({
    width,
    height: heightOf(strip),
    marginLeft: 14,
    marginRight: 14,
    marginTop: 4,
    marginBottom: 24,
    x: { domain, label: null, ticks: width < FIGURE_WIDTH ? TICKS / 2 : TICKS },
    y: { type: 'linear', domain: [-1, 1], axis: null },
    marks: [
      plot.gridX({ strokeOpacity: 0.12 }),
      ...best.map((zero) => plot.ruleX([zero], { strokeOpacity: 0.5 })),
      plot.ruleY([0], { x1: () => low, x2: () => high, y: () => row, stroke: LOOK.color, strokeWidth: 3 }),
      ...(floor === null
        ? []
        : [
            plot.ruleY([0], {
              ...{ x1: () => floor.low, x2: () => floor.high, y: () => -0.6 },
              ...{ stroke: FLOOR_LOOK.color, strokeWidth: 3 },
            }),
            plot.dot([0], {
              ...{ x: () => floor.estimate, y: () => -0.6, r: 4, fill: FLOOR_LOOK.color },
              title: () => visibleText(floor.title),
            }),
          ]),
      plot.dot([0], {
        x: () => value,
        y: () => row,
        r: 6,
        stroke: LOOK.color,
        strokeWidth: 1.5,
        title: () => visibleText(`value at this n: ${valueText(result)}`),
      }),
      plot.dot([0], {
        x: () => estimate,
        y: () => row,
        r: 4,
        fill: LOOK.color,
        title: () => visibleText(intervalText(result)!.text),
      }),
    ],
  });
}
