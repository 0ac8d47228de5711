import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { isRankedByClass } from '../../scoring/class-ranking.js';
import { type ClassMetric, type ScoreReport, sideName } from '../../scoring/score-report.js';

import { type DrawingBoard, drawingBoard } from '../figures/drawing-board.js';
import type { Figure, Panel } from '../figures/figure.js';
import { COLUMN_WIDTH, FIGURE_WIDTH, shortName, textWidth } from '../figures/figure-size.js';
import type { Html } from '../page/html.js';
import { isDemo } from '../page/page.js';
import { visibleText } from '../text/visible-text.js';

/** Classes that are drawn, the worst; the rest is in the CSV. */
const MOST = 200;
/** Up to as many classes there is room for their names. */
const NAMED = 24;
const ROW = 22;
const LETTERS = 16;
const COLORS = { type: 'sequential', scheme: 'YlOrBr', domain: [-0.12, 1.15] } as const;
const STEPS = [
  { share: 0, text: 'best class of a metric' },
  { share: 0.5, text: 'middle' },
  { share: 1, text: 'worst' },
];

interface Cell {
  readonly row: number;
  readonly column: number;
  /** 1 of the worst class, 0 of the best */
  readonly share: number;
  readonly title: string;
}

/** Every class of every number as a strip of colors by rank, the classes ordered by their mean rank; null where nothing has two values. */
export async function classFigure(report: ScoreReport): Promise<Figure | null> {
  const { classes } = report;
  const rows = (classes?.results ?? []).filter((of) => isRankedByClass(of) && knownOf(of.values).length > 1);
  if (classes === undefined || rows.length === 0) return null;
  const order = worstFirst(rows);
  const board = await drawingBoard();
  const shown = order.slice(0, MOST);
  const sizes = new Map(classes.classes.map((own) => [own.label, own]));
  const view = (width: number) => [{ name: 'all', drawing: strips(rows, shown, { width, board }) }];
  const height = heightOf(rows, shown);
  const panel: Panel = {
    title:
      shown.length < order.length ? `the worst ${MOST} of ${countText(order.length)} classes` : 'all classes',
    width: FIGURE_WIDTH,
    height,
    views: view(FIGURE_WIDTH),
    narrow: { width: COLUMN_WIDTH, height, views: view(COLUMN_WIDTH) },
  };
  return {
    name: 'classes',
    source: 'score.json',
    metric: null,
    title: 'Classes, worst first',
    caption: `Each column is a class, in the order of its mean rank over the rows, worst at the left; each row is a metric. Color is the rank in the row alone, the darker the worse: it does not say how far classes differ. ${significanceText(rows)} No color: no value.`,
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

/** 1 of the worst class of a number, 0 of the best, by label. */
function sharesOf({ values }: ClassMetric): ReadonlyMap<string, number> {
  const known = knownOf(values);
  return new Map(known.map(({ label }, rank) => [label, 1 - rank / (known.length - 1)]));
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

function nameRoom(shown: readonly string[]): number {
  if (shown.length > NAMED) return 8;
  const widest = Math.max(...shown.map((label) => textWidth(shortName(label, LETTERS), 10)));
  return Math.ceil(18 + Math.sin((35 * Math.PI) / 180) * widest);
}

function heightOf(rows: readonly ClassMetric[], shown: readonly string[]): number {
  return 4 + ROW * rows.length + nameRoom(shown);
}

function strips(
  rows: readonly ClassMetric[],
  shown: readonly string[],
  { width, board: { plot, drawing } }: { readonly width: number; readonly board: DrawingBoard },
): Html {
  const columns = new Map(shown.map((label, column) => [label, column]));
  const cells = rows.flatMap((of, row) => {
    const shares = sharesOf(of);
    return knownOf(of.values).flatMap(({ label, value, standardError: error }): Cell[] => {
      const column = columns.get(label);
      if (column === undefined) return [];
      const title = visibleText(`${label}: ${metricLabel(of.metric)} ${numberText(value!, { error })}`);
      return [{ row, column, share: shares.get(label)!, title }];
    });
  });
  const names =
    shown.length > NAMED ? [] : shown.map((label, column) => ({ name: shortName(label, LETTERS), column }));
  return drawing({
    width,
    height: heightOf(rows, shown),
    marginLeft: width < FIGURE_WIDTH ? 96 : 130,
    marginRight: 8,
    marginTop: 4,
    marginBottom: nameRoom(shown),
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
      plot.text(names, {
        x: ({ column }: { readonly column: number }) => column + 0.5,
        text: 'name',
        frameAnchor: 'bottom',
        dy: 8,
        rotate: -35,
        textAnchor: 'end',
      }),
    ],
  });
}
