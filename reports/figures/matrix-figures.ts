import { numberText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure, Panel } from './figure.js';
import { FIGURE_WIDTH, shortName, textWidth } from './figure-size.js';

/** Rows or columns of a matrix that is drawn; the rest is in the CSV. */
const MOST = 16;
const CELL = 24;
/** Columns narrower than this have no room for a number: color and table say it. */
const NUMBER_WIDTH = 27;
const NARROW = 350;
const COLORS = { type: 'diverging', scheme: 'RdBu', reverse: true, domain: [-1, 1] } as const;
/** Values whose colors the key shows. */
const COLOR_STEPS = [-1, -0.5, 0, 0.5, 1];

interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** Rank correlation of every score with every control; null without images. */
export function correlationFigure({ correlations }: UncertaintyReport, board: DrawingBoard): Figure | null {
  if (correlations.length === 0) return null;
  const rows = [...new Set(correlations.map(({ score }) => score))];
  const columns = [...new Set(correlations.map(({ control }) => control))];
  const values = rows.map((score) =>
    columns.map(
      (control) => correlations.find((one) => one.score === score && one.control === control)?.value ?? null,
    ),
  );
  return matrixFigure(
    {
      name: 'scores-by-control',
      title: 'Rank correlation of scores with controls',
      caption:
        "Spearman's correlation over images of each score (rows) with each control (columns): blue falls, red rises with it.",
    },
    [{ name: 'scores and controls', matrix: { rows, columns, values }, width: FIGURE_WIDTH }],
    board,
  );
}

const STATISTICS = {
  pearson: 'pixels (Pearson)',
  blurredPearson: 'pixels after a blur (Pearson)',
  ssim: 'structural similarity',
  topOverlap: 'overlap of the most uncertain 16 %',
} as const;

/** How far maps of different settings agree; null for a single setting. */
export function settingsFigure({ comparison }: UncertaintyReport, board: DrawingBoard): Figure | null {
  if (comparison === null) return null;
  const names = comparison.settings.map(({ name }) => name);
  const of = (values: Matrix['values']): Matrix => ({ rows: names, columns: names, values });
  return matrixFigure(
    {
      name: 'settings',
      title: 'Agreement of maps between settings',
      caption: `Means over ${comparison.ids.length} images that all settings have; sums: Spearman's correlation over images. 1 (red) is full agreement, 0 (white) none.`,
    },
    [
      { name: 'sums (Spearman over images)', matrix: of(comparison.sums), width: 350 },
      ...Object.entries(STATISTICS).map(([statistic, name]) => ({
        name,
        matrix: of(comparison.matrices[statistic as keyof typeof STATISTICS]),
        width: 350,
      })),
    ],
    board,
  );
}

function matrixFigure(
  words: Pick<Figure, 'name' | 'title' | 'caption'>,
  matrices: readonly { readonly name: string; readonly matrix: Matrix; readonly width: number }[],
  board: DrawingBoard,
): Figure {
  const isCut = matrices.some(({ matrix }) => Math.max(matrix.rows.length, matrix.columns.length) > MOST);
  return {
    ...words,
    source: 'uncertainty.json',
    metric: null,
    subtitle: isCut
      ? `the first ${MOST} rows and columns are drawn; all are in the CSV`
      : '−1 to 1; a dash: undefined',
    keys: COLOR_STEPS.map((value) => ({
      text: cellText(value),
      mark: 'swatch',
      look: { color: board.plot.scale({ color: COLORS })!.apply(value), dash: null },
      series: null,
    })),
    panels: matrices.map(({ name, matrix, width }): Panel => {
      const rows = Math.min(MOST, matrix.rows.length);
      const height = 4 + CELL * rows + labelRoom(matrix.columns.slice(0, MOST), width);
      return {
        title: name,
        width,
        height,
        views: [{ name: 'all', drawing: matrixPanel(matrix, { width, height, rows }, board) }],
        ...(width <= NARROW
          ? {}
          : {
              narrow: {
                width: NARROW,
                height,
                views: [
                  { name: 'all', drawing: matrixPanel(matrix, { width: NARROW, height, rows }, board) },
                ],
              },
            }),
      };
    }),
    warnings: [],
    comparability: 'comparable',
    table: {
      header: ['number', 'of', ...matrices[0]!.matrix.columns.slice(0, MOST)],
      rows: matrices.flatMap(({ name, matrix }) =>
        matrix.rows.map((row, i) => [name, row, ...matrix.values[i]!.slice(0, MOST).map(cellText)]),
      ),
    },
    numbers: {
      header: ['number', 'row', 'column', 'value'],
      rows: matrices.flatMap(({ name, matrix }) =>
        matrix.rows.flatMap((row, i) =>
          matrix.columns.map((column, j) => [name, row, column, matrix.values[i]![j]!]),
        ),
      ),
    },
  };
}

function lettersOf(width: number): number {
  return width <= NARROW ? 14 : 20;
}

/** Height of column names that lean by 35 degrees. */
function labelRoom(names: readonly string[], width: number): number {
  const widest = largestOf(names.map((name) => textWidth(shortName(name, lettersOf(width)), 10)));
  return Math.ceil(18 + Math.sin((35 * Math.PI) / 180) * widest);
}

function cellText(value: number | null): string {
  return value === null ? '–' : numberText(value, { error: 0.1 });
}

function matrixPanel(
  { rows, columns, values }: Matrix,
  { width, height, rows: shown }: { readonly width: number; readonly height: number; readonly rows: number },
  { plot, drawing }: DrawingBoard,
): Html {
  const most = Math.min(MOST, columns.length);
  const cells = rows.slice(0, shown).flatMap((row, i) =>
    columns.slice(0, most).map((column, j) => ({
      i,
      j,
      value: values[i]![j]!,
      title: visibleText(`${row} and ${column}: ${cellText(values[i]![j]!)}`),
    })),
  );
  const left = width <= NARROW ? 96 : 130;
  const hasNumbers = (width - left - 8) / most >= NUMBER_WIDTH;
  const known = cells.filter(({ value }) => value !== null);
  const position = { x1: ({ j }: { readonly j: number }) => j, x2: ({ j }: { readonly j: number }) => j + 1 };
  const label = (name: string) => shortName(name, lettersOf(width));
  return drawing({
    width,
    height,
    marginLeft: left,
    marginRight: 8,
    marginTop: 4,
    marginBottom: labelRoom(columns.slice(0, most), width),
    x: { domain: [0, most], axis: null },
    y: { domain: [shown, 0], axis: null },
    color: COLORS,
    marks: [
      plot.rect(known, {
        ...position,
        y1: ({ i }: { readonly i: number }) => i,
        y2: ({ i }: { readonly i: number }) => i + 1,
        inset: 0.5,
        fill: 'value',
        title: 'title',
      }),
      ...(hasNumbers ? (['dark', 'light'] as const) : []).map((tone) =>
        plot.text(
          cells.filter(({ value }) => Math.abs(value ?? 0) > 0.55 === (tone === 'light')),
          {
            x: ({ j }: { readonly j: number }) => j + 0.5,
            y: ({ i }: { readonly i: number }) => i + 0.5,
            text: ({ value }: { readonly value: number | null }) => cellText(value),
            fill: tone === 'light' ? '#ffffff' : '#1b1f24',
          },
        ),
      ),
      plot.text(
        rows.slice(0, shown).map((name, i) => ({ name: label(name), i })),
        {
          y: ({ i }: { readonly i: number }) => i + 0.5,
          text: 'name',
          frameAnchor: 'left',
          dx: -6,
          textAnchor: 'end',
        },
      ),
      plot.text(
        columns.slice(0, most).map((name, j) => ({ name: label(name), j })),
        {
          x: ({ j }: { readonly j: number }) => j + 0.5,
          text: 'name',
          frameAnchor: 'bottom',
          dy: 8,
          rotate: -35,
          textAnchor: 'end',
        },
      ),
    ],
  });
}
