import { countText, numberText } from '../../numerics/number-text.js';
import type { ScoreColumn, UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { columnScores, RULE_TEXT } from '../uncertainty/column-scores.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { shortName } from './figure-size.js';
import { DROPPED, KEPT, type ScoreDot, scorePanel } from './score-panel.js';

/** Panels of one figure; columns after these are in the CSV alone. */
const MOST_PANELS = 8;
function keysOf(columns: readonly ScoreColumn[]): Figure['keys'] {
  return [
    { text: 'kept', mark: 'dots', look: KEPT, series: 0 },
    { text: 'dropped', mark: 'dots', look: DROPPED, series: 1 },
    ...(hasThreshold(columns)
      ? [
          {
            text: `threshold ${RULE_TEXT}`,
            mark: 'rule' as const,
            look: { color: '#7d8590', dash: '4 3' },
            series: null,
          },
        ]
      : []),
  ];
}

function hasThreshold(columns: readonly ScoreColumn[]): boolean {
  return columns.slice(0, MOST_PANELS).some((column) => columnScores(column).threshold !== null);
}

function thresholdWords(columns: readonly ScoreColumn[]): string {
  if (!hasThreshold(columns)) return '';
  return ` The dashed line is the threshold of ${RULE_TEXT}: images above it are dropped.`;
}

function aggregations({ columns }: UncertaintyReport): readonly ScoreColumn[] {
  return columns.filter(({ kind }) => kind === 'aggregation');
}

function subtitle({ runs, images }: UncertaintyReport): string {
  const maps = runs.reduce((sum, { diagnostics }) => sum + diagnostics.maps, 0);
  return `${countText(maps)} maps of ${runs.length} ${runs.length === 1 ? 'setting' : 'settings'}${images === null ? '' : `; ${countText(images.n)} images`}`;
}

function doubts({ runs, warnings }: UncertaintyReport): readonly string[] {
  return [
    ...warnings.map(({ message }) => message),
    ...runs.flatMap(({ name, diagnostics }) =>
      diagnostics.warnings.map(({ message }) => (name === '' ? message : `${name}: ${message}`)),
    ),
  ].slice(0, 4);
}

/** The scores of each aggregation from lowest to highest, with the line that the usual rule draws. */
export function rankedFigure(report: UncertaintyReport, board: DrawingBoard): Figure {
  const columns = aggregations(report);
  return {
    name: 'scores-by-rank',
    source: 'uncertainty.json',
    metric: null,
    title: 'Scores from the least to the most uncertain image',
    caption: `Each panel is one aggregation of the maps; each dot is an image.${thresholdWords(columns)}`,
    subtitle: subtitle(report),
    keys: keysOf(columns),
    panels: columns.slice(0, MOST_PANELS).map((column) => {
      const { scores, threshold } = columnScores(column);
      const dots = scores.map(({ id, score, isKept }, index) => ({ id, x: index + 1, y: score, isKept }));
      return scorePanel(
        `${column.name}: ${countText(scores.filter(({ isKept }) => !isKept).length)} of ${countText(scores.length)} dropped`,
        dots,
        {
          threshold,
          xLabel: 'images, least uncertain first',
          yLabel: `${shortName(column.name, 30)} (↑ more uncertain)`,
        },
        board,
      );
    }),
    warnings: doubts(report),
    comparability: 'comparable',
    table: {
      header: ['score', 'images', 'threshold', 'dropped', 'formula'],
      rows: columns.map((column) => {
        const { scores, threshold } = columnScores(column);
        return [
          column.name,
          countText(scores.length),
          threshold === null ? '–' : numberText(threshold),
          countText(scores.filter(({ isKept }) => !isKept).length),
          column.formula,
        ];
      }),
    },
    numbers: {
      header: ['score', 'id', 'value', 'kept'],
      rows: columns.flatMap((column) =>
        columnScores(column).scores.map(({ id, score, isKept }) => [
          column.name,
          id,
          score,
          isKept ? 'yes' : 'no',
        ]),
      ),
    },
  };
}

/** Each aggregation against the detail control that it goes with most; null without images. */
export function detailFigure(report: UncertaintyReport, board: DrawingBoard): Figure | null {
  const pairs = aggregations(report).flatMap((column) => {
    const known = report.correlations.filter(
      ({ score, family, value }) => score === column.name && family === 'detail' && value !== null,
    );
    const [strongest] = [...known].sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!));
    const control = report.columns.find(
      ({ kind, name }) => kind === 'control' && name === strongest?.control,
    );
    return control === undefined ? [] : [{ column, control, correlation: strongest!.value! }];
  });
  if (pairs.length === 0) return null;
  const dotsOf = ({ column, control }: (typeof pairs)[number]): readonly ScoreDot[] =>
    columnScores(column).scores.flatMap(({ id, score, isKept }) => {
      const x = control.values[id];
      return x === null || x === undefined ? [] : [{ id, x, y: score, isKept }];
    });
  return {
    name: 'scores-by-detail',
    source: 'uncertainty.json',
    metric: null,
    title: 'Uncertainty against detail',
    caption:
      'Each score against the measure of image detail that it goes with most: where the two rise together, dropping the uncertain ' +
      `images drops the detailed ones, and only steadfid compare can say whether the score does more than that.${thresholdWords(pairs.map(({ column }) => column))}`,
    subtitle: subtitle(report),
    keys: keysOf(pairs.map(({ column }) => column)),
    panels: pairs.slice(0, MOST_PANELS).map((pair) =>
      scorePanel(
        `${pair.column.name}: rank correlation ${numberText(pair.correlation, { error: 0.1 })}`,
        dotsOf(pair),
        {
          threshold: columnScores(pair.column).threshold,
          xLabel: shortName(pair.control.name, 30),
          yLabel: `${shortName(pair.column.name, 30)} (↑ more uncertain)`,
        },
        board,
      ),
    ),
    warnings: doubts(report),
    comparability: 'comparable',
    table: {
      header: ['score', 'control of detail', 'rank correlation'],
      rows: pairs.map(({ column, control, correlation }) => [
        column.name,
        control.name,
        numberText(correlation, { error: 0.1 }),
      ]),
    },
    numbers: {
      header: ['score', 'control', 'id', 'control_value', 'value', 'kept'],
      rows: pairs.flatMap((pair) =>
        dotsOf(pair).map(({ id, x, y, isKept }) => [
          pair.column.name,
          pair.control.name,
          id,
          x,
          y,
          isKept ? 'yes' : 'no',
        ]),
      ),
    },
  };
}
