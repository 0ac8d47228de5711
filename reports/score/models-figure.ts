import { metricLabel } from '../../metrics/metric-catalog.js';
import { type NoiseFloor, sideName } from '../../scoring/score-report.js';
import { axisNumbers, paddedExtent } from '../figures/axis-ticks.js';
import { type DrawingBoard, drawingBoard } from '../figures/drawing-board.js';
import type { Figure, Panel } from '../figures/figure.js';
import { COLUMN_WIDTH, FIGURE_WIDTH, fittedText } from '../figures/figure-size.js';
import { BACKGROUND_LOOK } from '../figures/series-look.js';
import { metricAxis } from '../figures/value-axis.js';
import type { Html } from '../page/html.js';
import { FLOOR_WORDS, floorCounts, intervalText, noiseFloorText, valueText } from '../text/result-texts.js';
import { visibleText } from '../text/visible-text.js';
import { isRanked, type ModelRanking, type ScoreModels } from './score-models.js';
import { countsOf, ranksText, resultOf } from './score-models-table.js';

/** Of models and checkpoints that may be the best, and of those that are significantly worse. */
export const BEST = { color: '#0072B2', dash: null };
export const OTHER = { color: BACKGROUND_LOOK.color, dash: null };
const UNTESTED = { color: '#CC79A7', dash: null };
const ROW = 20;
/** From so many models on rows are closer, and two panels stand side by side. */
const MANY = 13;
const CLOSE_ROW = 14;
const FONT_SIZE = 11;
const NAME_GAP = 8;
/** Share of a panel's width that names have at most. */
const NAMES = 0.34;
const MARGIN = { top: 6, bottom: 24, right: 14 };

interface Row {
  readonly name: string;
  readonly value: number;
  /** of the asymptotic value where there is one */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly ranks: string;
  readonly title: string;
  readonly look: typeof BEST;
}

/** The noise floor of all models: they share a reference and n; null where one has another, or none. */
function sharedFloor(scores: ScoreModels, metric: string): NoiseFloor | null {
  const [first, ...others] = scores.models.map((_, i) => resultOf(scores, metric, i).noiseFloor ?? null);
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first! : null;
}

/** All models by each number: a panel for each, a row for each model, best first. */
export async function modelsFigure(scores: ScoreModels): Promise<Figure | null> {
  const { models, metrics } = scores;
  if (metrics.length === 0) return null;
  const board = await drawingBoard();
  const isTested = isRanked(scores);
  const rows = metrics.map((ranking) => rowsOf(ranking, scores, isTested));
  const hasUntested = rows.flat().some(({ look }) => look === UNTESTED);
  const floors = metrics.map(({ metric }) => sharedFloor(scores, metric));
  const hasFloor = floors.some((floor) => floor !== null);
  const isCorrected = rows.flat().some(({ value, estimate }) => value !== estimate);
  const sign = (text: string, mark: 'line' | 'ring' | 'dots' | 'area', look: typeof BEST) => ({
    ...{ text, mark, look },
    series: null,
  });
  return {
    name: 'models',
    source: 'score-models.json',
    metric: null,
    title: 'Models side by side',
    caption: [
      `Dots: ${isCorrected ? 'the bias-corrected estimate (n → ∞) where a ring shows the value at this n, else the value' : 'the value'}${isTested ? ', with its 95 % interval where there is one' : ''}${models.length > 1 ? ', best first' : ''}.`,
      ...(isTested ? ['Blue: not significantly worse than the best.'] : []),
      ...(hasFloor ? [`Band: the noise floor, ${FLOOR_WORDS}, in the same estimate as the dots.`] : []),
    ].join(' '),
    subtitle: `against ${sideName(models[0]!.report.reference)}`,
    keys: [
      ...(isTested
        ? [
            sign('may be the best', 'line', BEST),
            sign('significantly worse', 'line', OTHER),
            ...(hasUntested ? [sign('not tested', 'line', UNTESTED)] : []),
          ]
        : [sign('value', 'dots', BEST)]),
      ...(isCorrected
        ? [sign('value at this n, ranked', 'ring', OTHER), sign('asymptotic value, interval', 'line', OTHER)]
        : []),
      ...(hasFloor ? [sign('noise floor (halves of the reference)', 'area', OTHER)] : []),
    ],
    panels: metrics.map((ranking, i) => panelOf(ranking, { rows: rows[i]!, floor: floors[i]! }, board)),
    warnings: [],
    comparability: metrics.some(({ origin }) => origin === 'demo') ? 'demo' : 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: ['metric', 'model', 'value', 'estimate', 'low', 'high', 'ranks'],
      rows: metrics.flatMap(({ metric }, i) =>
        rows[i]!.map(({ name, value, estimate, low, high, ranks }) => [
          ...[metric, name, value, estimate, low, high, ranks],
        ]),
      ),
    },
  };
}

function rowsOf({ metric, ranking }: ModelRanking, scores: ScoreModels, isTested: boolean): readonly Row[] {
  return ranking.map((one) => {
    const result = resultOf(scores, metric, one.model);
    const { interval } = result;
    const estimate = interval?.of === 'limit' ? (interval.estimate ?? one.value) : one.value;
    const name = scores.models[one.model]!.name;
    const said = [
      `${valueText(result)} at this n`,
      ...(interval === null ? [] : [intervalText(result)!.text]),
    ];
    return {
      name,
      title: visibleText(
        `${name}: ${said.join(', ')}${one.ranks === null ? '' : `, rank ${ranksText(one)}`}`,
      ),
      value: one.value,
      estimate,
      low: interval?.low ?? estimate,
      high: interval?.high ?? estimate,
      ranks: ranksText(one),
      look: one.ranks === null && isTested ? UNTESTED : (one.ranks?.best ?? 1) === 1 ? BEST : OTHER,
    };
  });
}

/** What a panel shows. */
interface Shown {
  readonly rows: readonly Row[];
  readonly floor: NoiseFloor | null;
}

function panelOf(ranking: ModelRanking, shown: Shown, board: DrawingBoard): Panel {
  const { rows, floor } = shown;
  const isMany = rows.length >= MANY;
  const height = MARGIN.top + (isMany ? CLOSE_ROW : ROW) * rows.length + MARGIN.bottom;
  const view = (width: number) => [{ name: 'all', drawing: drawn(shown, { width, height, board }) }];
  const title = `${metricAxis(metricLabel(ranking.metric), ranking.direction)}, ${countsOf(ranking)}${floor === null ? '' : `; noise floor at ${floorCounts(floor)}`}`;
  if (isMany) return { title, width: COLUMN_WIDTH, height, views: view(COLUMN_WIDTH) };
  return {
    title,
    width: FIGURE_WIDTH,
    height,
    views: view(FIGURE_WIDTH),
    narrow: { width: COLUMN_WIDTH, height, views: view(COLUMN_WIDTH) },
  };
}

function drawn(
  { rows, floor }: Shown,
  {
    width,
    height,
    board: { plot, drawing },
  }: { readonly width: number; readonly height: number; readonly board: DrawingBoard },
): Html {
  const room = Math.round(NAMES * width);
  const ticks = width < FIGURE_WIDTH ? 4 : 8;
  const extent = paddedExtent([
    ...rows.flatMap(({ value, estimate, low, high }) => [value, estimate, low, high]),
    ...(floor === null ? [] : [floor.interval.low, floor.interval.high]),
  ]);
  const numbers = axisNumbers(extent, ticks);
  const at = (row: number) => rows.length - row;
  return drawing({
    width,
    height,
    marginLeft: room,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [...extent], label: null, ticks },
    y: { type: 'linear', domain: [0.5, rows.length + 0.5], axis: null },
    marks: [
      plot.gridX({ strokeOpacity: 0.12, ticks }),
      ...(floor === null
        ? []
        : [
            plot.rect([0], {
              ...{ x1: () => floor.interval.low, x2: () => floor.interval.high },
              ...{ y1: () => 0.5, y2: () => rows.length + 0.5, fill: OTHER.color, fillOpacity: 0.25 },
              title: () => visibleText(`noise floor: ${noiseFloorText(floor)}`),
            }),
          ]),
      ...rows.flatMap((row, i) => [
        plot.ruleY([0], {
          ...{ x1: () => row.low, x2: () => row.high, y: () => at(i) },
          ...{ stroke: row.look.color, strokeWidth: 2.5 },
        }),
        ...(row.value === row.estimate
          ? []
          : [
              plot.dot([0], {
                ...{ x: () => row.value, y: () => at(i), r: 5, strokeWidth: 1.5 },
                stroke: row.look.color,
              }),
            ]),
        plot.dot([0], {
          ...{ x: () => row.estimate, y: () => at(i), r: 4, fill: row.look.color },
          title: () => row.title,
        }),
        plot.text([fittedText(row.name, { width: room - NAME_GAP, fontSize: FONT_SIZE })], {
          ...{ frameAnchor: 'left' as const, y: () => at(i), dx: -NAME_GAP },
          ...{ textAnchor: 'end' as const, fontSize: FONT_SIZE },
        }),
      ]),
      plot.axisX({ ticks, tickFormat: numbers.text, label: null, fontVariant: '' }),
      ...(numbers.note === ''
        ? []
        : [plot.text([numbers.note.slice(2)], { frameAnchor: 'bottom-right', dy: 20, textAnchor: 'end' })]),
    ],
  });
}
