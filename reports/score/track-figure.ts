import { metricLabel } from '../../metrics/metric-catalog.js';
import { sideName } from '../../scoring/score-report.js';
import { apartTicks, paddedExtent, sizeText } from '../figures/axis-ticks.js';
import { type DrawingBoard, drawingBoard } from '../figures/drawing-board.js';
import type { Figure, Panel } from '../figures/figure.js';
import { COLUMN_WIDTH, FIGURE_WIDTH } from '../figures/figure-size.js';
import { linearAxis, metricAxis, valueAxisMark } from '../figures/value-axis.js';
import type { Html } from '../page/html.js';
import { valueText } from '../text/result-texts.js';
import { visibleText } from '../text/visible-text.js';
import { BEST, OTHER } from './models-figure.js';
import { isRanked, type ModelRanking } from './score-models.js';
import { countsOf, ranksText } from './score-models-table.js';
import { stepName, type Track } from './track.js';

const HEIGHT = 230;
const MOST_TICKS = 9;

interface Point {
  readonly step: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly ranks: string;
  readonly title: string;
  readonly mayBeBest: boolean;
}

/** Each number over the steps: a panel for each, the value with its interval. */
export async function trackFigure(track: Track): Promise<Figure | null> {
  const { checkpoints, metrics } = track;
  if (metrics.length === 0) return null;
  const board = await drawingBoard();
  const isTested = isRanked(track);
  return {
    name: 'track',
    source: 'track.json',
    metric: null,
    title: 'Training steps',
    caption: `The value at each step${isTested ? ', and ± two standard errors. Blue: not significantly worse than the best' : ''}.`,
    subtitle: `against ${sideName(checkpoints[0]!.report.reference)}`,
    keys: isTested
      ? [
          { text: 'may be the best', mark: 'dots', look: BEST, series: null },
          { text: 'significantly worse', mark: 'dots', look: OTHER, series: null },
        ]
      : [],
    panels: metrics.map((ranking) => panelOf(ranking, pointsOf(ranking, track), board)),
    warnings: [],
    comparability: metrics.some(({ origin }) => origin === 'demo') ? 'demo' : 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: ['metric', 'step', 'value', 'low', 'high', 'ranks'],
      rows: metrics.flatMap((ranking) =>
        pointsOf(ranking, track).map(({ step, value, low, high, ranks }) => [
          ...[ranking.metric, step, value, low, high, ranks],
        ]),
      ),
    },
  };
}

/** Two standard errors, which is about an interval of 95 %. */
const ERRORS = 2;

function pointsOf({ metric, ranking, direction }: ModelRanking, { checkpoints }: Track): readonly Point[] {
  return [...ranking]
    .sort((a, b) => a.model - b.model)
    .map((one) => {
      const { value, standardError } = one;
      const { step, report } = checkpoints[one.model]!;
      const result = report.results.find((own) => own.metric === metric)!;
      return {
        step,
        title: visibleText(
          `${stepName(step)}: ${valueText(result)}${one.ranks === null ? '' : `, rank ${ranksText(one)}`}`,
        ),
        value,
        low: value - ERRORS * (standardError ?? 0),
        high: value + ERRORS * (standardError ?? 0),
        ranks: ranksText(one),
        mayBeBest: direction !== 'neither' && (one.ranks === null || one.ranks.best === 1),
      };
    });
}

function panelOf(ranking: ModelRanking, points: readonly Point[], board: DrawingBoard): Panel {
  const label = metricAxis(metricLabel(ranking.metric), ranking.direction);
  const view = (width: number) => [{ name: 'all', drawing: drawn(points, { width, label, board }) }];
  return {
    title: `${metricLabel(ranking.metric)}, ${countsOf(ranking)}`,
    width: FIGURE_WIDTH,
    height: HEIGHT,
    views: view(FIGURE_WIDTH),
    narrow: { width: COLUMN_WIDTH, height: HEIGHT, views: view(COLUMN_WIDTH) },
  };
}

function drawn(
  points: readonly Point[],
  {
    width,
    label,
    board: { plot, drawing },
  }: { readonly width: number; readonly label: string; readonly board: DrawingBoard },
): Html {
  const axis = linearAxis(points.flatMap(({ low, high }) => [low, high]));
  const steps = points.map(({ step }) => step);
  const domain = paddedExtent(steps);
  const marginLeft = Math.max(52, axis.room);
  const marginRight = 14;
  const at = (step: number) =>
    marginLeft + ((step - domain[0]) / (domain[1] - domain[0])) * (width - marginLeft - marginRight);
  const every = Math.ceil(steps.length / MOST_TICKS);
  const ticks = apartTicks(
    steps.filter((_, i) => i % every === 0),
    at,
  );
  return drawing({
    width,
    height: HEIGHT,
    marginLeft,
    marginRight,
    marginTop: 26,
    marginBottom: 36,
    x: { domain: [...domain], label: null },
    y: { domain: [...axis.domain], label: null },
    marks: [
      plot.gridY({ ticks: axis.ticks, strokeOpacity: 0.12 }),
      plot.areaY(points, { x: 'step', y1: 'low', y2: 'high', fill: BEST.color, fillOpacity: 0.15 }),
      plot.line(points, { x: 'step', y: 'value', stroke: OTHER.color, strokeWidth: 1.5 }),
      plot.dot(points, {
        x: 'step',
        y: 'value',
        r: 4,
        fill: ({ mayBeBest }: Point) => (mayBeBest ? BEST.color : OTHER.color),
        title: 'title',
      }),
      plot.axisX({ ticks: [...ticks], tickFormat: sizeText, label: null, fontVariant: '' }),
      valueAxisMark(plot, label, axis),
      plot.text(['step'], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}
