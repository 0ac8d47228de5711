import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { estimateOf, isRankedByClass } from '../../scoring/class-ranking.js';
import { type ClassMetric, type ScoreReport, sideName } from '../../scoring/score-report.js';
import { type DrawingBoard, drawingBoard } from '../figures/drawing-board.js';
import type { Figure, Panel } from '../figures/figure.js';
import { COLUMN_WIDTH, FIGURE_WIDTH, fittedText, shortName, textWidth } from '../figures/figure-size.js';
import type { Html } from '../page/html.js';
import { isDemo } from '../page/page.js';
import { visibleText } from '../text/visible-text.js';

/** Classes that are drawn, the worst; the rest is in the CSV. */
const MOST = 200;
/** Up to as many classes have a row each, with their numbers. */
const NUMBERED = 24;
const ROW = 22;
/** Of numbers above their errors. */
const STACKED_ROW = 34;
const LETTERS = 16;
const FONT = 11;
const COLORS = { type: 'sequential', scheme: 'YlOrBr', domain: [-0.12, 1.15] } as const;
const STEPS = [
  { share: 0, text: 'best class of a metric' },
  { share: 0.5, text: 'middle' },
  { share: 1, text: 'worst' },
];

interface Cell {
  readonly row: number;
  readonly column: number;
  /** a star where significant */
  readonly number: string;
  /** `± 0.044`; empty where it is unknown */
  readonly error: string;
  /** 1 of the worst class, 0 of the best */
  readonly share: number;
  readonly title: string;
}

/**
 * Every class of every number by the color of its rank, the classes ordered by their mean rank: few as rows of numbers with their errors, many as
 * strips. Null where nothing has two values.
 */
export async function classFigure(report: ScoreReport): Promise<Figure | null> {
  const { classes } = report;
  const rows = (classes?.results ?? []).filter((of) => isRankedByClass(of) && knownOf(of.values).length > 1);
  if (classes === undefined || rows.length === 0) return null;
  const order = worstFirst(rows);
  const board = await drawingBoard();
  const shown = order.slice(0, MOST);
  const sizes = new Map(classes.classes.map((own) => [own.label, own]));
  const isNumbered = order.length <= NUMBERED;
  const drawn = isNumbered ? numbered : strips;
  const view = (width: number) => [{ name: 'all', drawing: drawn(rows, shown, { width, board }) }];
  const heightAt = (width: number) => (isNumbered ? blocksOf(rows, shown, width).height : heightOf(rows));
  const hasErrors = rows.some(({ values }) => values.some(({ standardError }) => standardError !== null));
  const isCorrected = rows.some(({ values }) => values.some(({ interval }) => interval?.of === 'limit'));
  const panel: Panel = {
    title: isNumbered
      ? `${isCorrected ? 'as n → ∞ where there is such an estimate, else the value' : 'value'}${hasErrors ? ', ± standard error' : ''}; * significantly unlike the other classes`
      : shown.length < order.length
        ? `the worst ${MOST} of ${countText(order.length)} classes`
        : 'all classes',
    width: FIGURE_WIDTH,
    height: heightAt(FIGURE_WIDTH),
    views: view(FIGURE_WIDTH),
    narrow: { width: COLUMN_WIDTH, height: heightAt(COLUMN_WIDTH), views: view(COLUMN_WIDTH) },
  };
  return {
    name: 'classes',
    source: 'score.json',
    metric: null,
    title: 'Classes, worst first',
    caption: `Each ${isNumbered ? 'row is a class, in the order of its mean rank over the metrics, worst first; each column is a metric' : 'column is a class, in the order of its mean rank over the rows, worst at the left; each row is a metric'}. Color is the rank by one metric alone, the darker the worse: it does not say how far classes differ. Estimates below 0 are shown as 0, but keep their rank. ${significanceText(rows)} No color: no value.`,
    subtitle: `${sideName(report.generated)} against ${sideName(report.reference)}`,
    keys: STEPS.map(({ share, text }) => ({
      text,
      mark: 'swatch',
      look: { color: board.plot.scale({ color: COLORS })!.apply(share), dash: null },
      series: null,
    })),
    panels: [panel],
    warnings: [],
    comparability: report.results.some(isDemo) ? 'demo' : 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: ['metric', 'class', 'rank_from_worst', 'value', 'n_reference', 'n_generated'],
      rows: rows.flatMap(({ metric, values }) =>
        knownOf(values).map(({ label, value }, rank) => [
          metric,
          label,
          rank + 1,
          value,
          sizes.get(label)!.reference,
          sizes.get(label)!.generated,
        ]),
      ),
    },
  };
}

/** Classes of a metric that the caption names. */
const MOST_NAMED = 5;

/** Which classes differ from the others significantly, by metric. */
function significanceText(rows: readonly ClassMetric[]): string {
  const found = rows.flatMap(({ metric, values }) => {
    const named = (['worse', 'better'] as const).flatMap((verdict) => {
      const labels = values.filter(({ against }) => against === verdict).map(({ label }) => label);
      if (labels.length === 0) return [];
      const more = labels.length > MOST_NAMED ? ` and ${countText(labels.length - MOST_NAMED)} more` : '';
      return [`${labels.slice(0, MOST_NAMED).map(visibleText).join(', ')}${more} ${verdict}`];
    });
    return named.length === 0 ? [] : [`${metricLabel(metric)}, ${named.join('; ')}`];
  });
  if (found.length > 0) return `Significant against the others (p < 0.05 after Holm): ${found.join('. ')}.`;
  return rows.some(({ values }) => values.some(({ pHolm }) => pHolm !== null))
    ? 'No class differs significantly from the others.'
    : 'No class was tested against the others.';
}

function knownOf(values: ClassMetric['values']): ClassMetric['values'] {
  return values.filter(({ value }) => value !== null);
}

/** 1 of the worst class of a number, 0 of the best, the mean of their ranks of equal ones, by label. */
function sharesOf({ values }: ClassMetric): ReadonlyMap<string, number> {
  const known = knownOf(values);
  const estimates = known.map(estimateOf);
  const rank = (estimate: number) => (estimates.indexOf(estimate) + estimates.lastIndexOf(estimate)) / 2;
  return new Map(known.map(({ label }, i) => [label, 1 - rank(estimates[i]!) / (known.length - 1)]));
}

function worstFirst(rows: readonly ClassMetric[]): readonly string[] {
  const totals = new Map<string, { sum: number; count: number }>();
  for (const row of rows) {
    for (const [label, share] of sharesOf(row)) {
      const { sum, count } = totals.get(label) ?? { sum: 0, count: 0 };
      totals.set(label, { sum: sum + share, count: count + 1 });
    }
  }
  const mean = (label: string) => totals.get(label)!.sum / totals.get(label)!.count;
  return [...totals.keys()].sort((a, b) => mean(b) - mean(a));
}

/** Of rows of numbers: the line of metrics above, and what is below. */
const [HEAD, FOOT] = [22, 4];

function heightOf(rows: readonly ClassMetric[]): number {
  return 4 + ROW * rows.length + 8;
}

const leftOf = (width: number) => (width < FIGURE_WIDTH ? 96 : 130);

/** The bias-corrected estimate where there is one, since classes differ in n; else the value. */
function rankedBy({ value, interval }: ClassMetric['values'][number]): number {
  return interval?.of === 'limit' ? (interval.estimate ?? value!) : value!;
}

/** The classes of each metric, where they stand among `shown`. */
function cellsOf(rows: readonly ClassMetric[], shown: readonly string[]): readonly Cell[] {
  const columns = new Map(shown.map((label, column) => [label, column]));
  return rows.flatMap((of, row) => {
    const shares = sharesOf(of);
    return knownOf(of.values).flatMap((own): Cell[] => {
      const { label, standardError: error, against } = own;
      const column = columns.get(label);
      if (column === undefined) return [];
      const star = against === 'worse' || against === 'better' ? '*' : '';
      const number = `${numberText(rankedBy(own), { error })}${star}`;
      const spread = error === null ? '' : `± ${errorText(error)}`;
      const title = visibleText(`${label}: ${metricLabel(of.metric)} ${number} ${spread}`.trim());
      return [{ row, column, share: shares.get(label)!, number, error: spread, title }];
    });
  });
}

/** Dark cells have light letters. */
const LIGHT_FROM = 0.75;

const fits = (text: string, room: number) => text.split('\n').every((line) => textWidth(line, FONT) <= room);

/** How rows of numbers are laid out: blocks below each other of so many metrics as there is room for. */
interface Blocks {
  readonly perBlock: number;
  /** for the text of a cell */
  readonly room: number;
  readonly rowHeight: number;
  readonly blockHeight: number;
  readonly height: number;
  /** what a cell says: errors beside all numbers, or below them */
  readonly textOf: (cell: Cell) => string;
}

/** Metrics side by side. */
const MOST_COLUMNS = { broad: 8, narrow: 4 } as const;

function blocksOf(rows: readonly ClassMetric[], shown: readonly string[], width: number): Blocks {
  const perBlock = Math.min(rows.length, MOST_COLUMNS[width < FIGURE_WIDTH ? 'narrow' : 'broad']);
  const room = (width - leftOf(width) - 8) / perBlock - 4;
  const joined = ({ number, error }: Cell, by: string) => `${number}${by}${error}`.trim();
  const isStacked = cellsOf(rows, shown).some((cell) => cell.error !== '' && !fits(joined(cell, ' '), room));
  const rowHeight = isStacked ? STACKED_ROW : ROW;
  const blockHeight = HEAD + rowHeight * shown.length;
  return {
    ...{ perBlock, room, rowHeight, blockHeight },
    height: blockHeight * Math.ceil(rows.length / perBlock) + FOOT,
    textOf: (cell) =>
      [joined(cell, isStacked ? '\n' : ' '), cell.number].find((text) => fits(text, room)) ?? '',
  };
}

/** A row for each class, a column for each metric. */
function numbered(
  rows: readonly ClassMetric[],
  shown: readonly string[],
  { width, board: { plot, drawing } }: { readonly width: number; readonly board: DrawingBoard },
): Html {
  const left = leftOf(width);
  const { perBlock, room, rowHeight, blockHeight, height, textOf } = blocksOf(rows, shown, width);
  const cells = cellsOf(rows, shown);
  const xOf = (row: number) => row % perBlock;
  const topOf = (row: number) => Math.floor(row / perBlock) * blockHeight;
  const yOf = (row: number, column: number) => topOf(row) + HEAD + rowHeight * column;
  const texts = [
    ...rows.map(({ metric }, row) => ({
      ...{ x: xOf(row) + 0.5, y: topOf(row) + HEAD - 9, fill: 'currentColor' },
      text: fittedText(metricLabel(metric), { width: room, fontSize: FONT }),
    })),
    ...cells.map((cell) => ({
      ...{ x: xOf(cell.row) + 0.5, y: yOf(cell.row, cell.column + 0.5), text: textOf(cell) },
      fill: cell.share >= LIGHT_FROM ? '#ffffff' : '#1b1f24',
    })),
  ];
  const names = rows.flatMap((_, row) =>
    xOf(row) > 0
      ? []
      : shown.map((label, column) => ({
          y: yOf(row, column + 0.5),
          text: fittedText(visibleText(label), { width: left - 8, fontSize: FONT }),
        })),
  );
  return drawing({
    width,
    height,
    marginLeft: left,
    marginRight: 8,
    marginTop: 0,
    marginBottom: FOOT,
    x: { domain: [0, perBlock], axis: null },
    y: { domain: [height - FOOT, 0], axis: null },
    color: COLORS,
    marks: [
      plot.rect(cells, {
        x1: ({ row }: Cell) => xOf(row),
        x2: ({ row }: Cell) => xOf(row) + 1,
        y1: ({ row, column }: Cell) => yOf(row, column),
        y2: ({ row, column }: Cell) => yOf(row, column + 1),
        inset: 0.5,
        fill: 'share',
        title: 'title',
      }),
      ...['currentColor', '#ffffff', '#1b1f24'].map((fill) =>
        plot.text(
          texts.filter((one) => one.fill === fill),
          { x: 'x', y: 'y', text: 'text', fill, fontSize: FONT },
        ),
      ),
      plot.text(names, {
        ...{ y: 'y', text: 'text', frameAnchor: 'left', dx: -6, textAnchor: 'end', fontSize: FONT },
      }),
    ],
  });
}

/** A strip for each metric, a column for each class. */
function strips(
  rows: readonly ClassMetric[],
  shown: readonly string[],
  { width, board: { plot, drawing } }: { readonly width: number; readonly board: DrawingBoard },
): Html {
  const cells = cellsOf(rows, shown);
  return drawing({
    width,
    height: heightOf(rows),
    marginLeft: leftOf(width),
    marginRight: 8,
    marginTop: 4,
    marginBottom: 8,
    x: { domain: [0, shown.length], axis: null },
    y: { domain: [rows.length, 0], axis: null },
    color: COLORS,
    marks: [
      plot.rect(cells, {
        x1: ({ column }: Cell) => column,
        x2: ({ column }: Cell) => column + 1,
        y1: ({ row }: Cell) => row,
        y2: ({ row }: Cell) => row + 1,
        insetTop: 1,
        insetBottom: 1,
        fill: 'share',
        title: 'title',
      }),
      plot.text(
        rows.map(({ metric }, row) => ({ name: shortName(metricLabel(metric), LETTERS), row })),
        {
          y: ({ row }: { readonly row: number }) => row + 0.5,
          text: 'name',
          frameAnchor: 'left',
          dx: -6,
          textAnchor: 'end',
        },
      ),
    ],
  });
}
