import { metricLabel } from '../../metrics/metric-catalog.js';
import type { StabilityRatioComparison } from '../../sample-size-study/stability-comparison.js';
import type { StabilityRatio } from '../../sample-size-study/stability-report.js';
import { ratioText } from '../../sample-size-study/stability-words.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import type { Html } from '../page/html.js';
import { filtersText } from '../study/stability-comparison-table.js';
import { STABILITY_NUMBERS } from '../study/stability-tables.js';
import { nameTails } from '../text/comparison-words.js';
import { visibleText } from '../text/visible-text.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure, Panel } from './figure.js';
import { FIGURE_WIDTH, fittedText } from './figure-size.js';
import { BACKGROUND_LOOK, type SeriesLook, seriesLook } from './series-look.js';
import { ofSeries } from './series-marks.js';

const NARROW = 350;
const ROW = 30;
/** Rows of the figure; of more, the rest is in its CSV alone. */
const MOST_ROWS = 20;
const NAMES = { broad: { room: 230, fontSize: 11 }, narrow: { room: 128, fontSize: 10 } } as const;
const NAME_GAP = 8;
/** Ends of intervals farther out than this lie beyond the axis. */
const FARTHEST = 20;

/** Filtered over random images in both studies, and the second study over the first; null where nothing is compared. */
export function stabilityComparisonFigure(
  { first, second, stability, curves }: StudyComparison,
  board: DrawingBoard,
): Figure | null {
  const ratios = stability?.ratios ?? [];
  const known = ratios.filter(({ compared }) => compared !== null);
  if (known.length === 0) return null;
  const tails = nameTails(first.source, second.source);
  const shown = known.slice(0, MOST_ROWS);
  const areAlike = new Set(known.map(filtersText)).size === 1;
  const rows = shown.map((one) => ({
    ...one,
    name: `${metricLabel(one.metric)}, ${STABILITY_NUMBERS[one.quantity]}${areAlike ? '' : `, ${filtersText(one)}`}`,
  }));
  const looks = [seriesLook(0), seriesLook(1), COMPARED] as const;
  const names = [...tails, 'second over first'];
  return {
    name: 'stability-comparison',
    source: 'study-comparison.json',
    metric: null,
    title: 'What filtering does to stability in either study',
    caption:
      'Filtered to random images of the same n, as ratios with 95 % intervals on a logarithmic axis, in the first and the second study; below them the second ratio over the first. ' +
      'Left of 1 the filtered set has less. The two studies count as independent. Differences, such as those of bias slopes, are in the table.',
    subtitle: `second over first, ${shown.length === known.length ? '' : `the first ${shown.length} of ${known.length} ratios; `}1: filtering acts alike in both`,
    keys: names.map((text, series) => ({ text, mark: 'dots', look: looks[series]!, series })),
    panels: [
      {
        ...ratioPanel(rows, looks, { width: FIGURE_WIDTH, board }),
        title: 'filtered : random, at equal n',
        narrow: ratioPanel(rows, looks, { width: NARROW, board }),
      },
    ],
    warnings: [],
    comparability: curves.some(({ origin }) => origin === 'demo') ? 'demo' : 'comparable',
    table: {
      header: ['ratio', ...names],
      rows: rows.map(({ name, first: own, second: theirs, compared }) => [
        name,
        ...[own, theirs, compared].map((found) => ratioText(found!)),
      ]),
    },
    numbers: {
      header: ['metric', 'filter_first', 'filter_second', 'quantity', 'of', 'ratio', 'low', 'high'],
      rows: known.flatMap(({ metric, filters, quantity, ...found }) =>
        (['first', 'second', 'compared'] as const).map((of) => {
          const { ratio, low, high } = found[of]!;
          return [metric, ...filters, STABILITY_NUMBERS[quantity], of, ratio, low, high];
        }),
      ),
    },
  };
}

const COMPARED: SeriesLook = { color: BACKGROUND_LOOK.color, dash: null, marker: 'diamond2' };

function ratioPanel(
  rows: readonly (StabilityRatioComparison & { readonly name: string })[],
  looks: readonly SeriesLook[],
  { width, board: { plot, drawing } }: { readonly width: number; readonly board: DrawingBoard },
): Omit<Panel, 'title'> {
  const height = 50 + ROW * rows.length;
  const { room, fontSize } = NAMES[width === NARROW ? 'narrow' : 'broad'];
  const within = (value: number) => Math.min(Math.max(value, 1 / FARTHEST), FARTHEST);
  const marks = rows.flatMap((row, at) =>
    [row.first, row.second, row.compared].map((found, series) => ({
      ...(found as StabilityRatio),
      series,
      y: rows.length - at + 0.25 - 0.25 * series,
      title: visibleText(`${row.name}: ${ratioText(found!)}`),
    })),
  );
  const ends = [1, ...marks.flatMap(({ low, high }) => [low, high].map(within))];
  const [low, high] = [Math.min(...ends) / 1.05, Math.max(...ends) * 1.05];
  const drawn: Html = drawing({
    width,
    height,
    marginLeft: room,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 42,
    x: { type: 'log', domain: [low, high], label: null },
    y: { type: 'linear', domain: [0.5, rows.length + 0.5], axis: null },
    marks: [
      plot.gridX({ ticks: TICKS, strokeOpacity: 0.12 }),
      plot.ruleX([1], { strokeOpacity: 0.6, strokeDasharray: '2 2' }),
      ...looks.flatMap((look, series) => {
        const own = marks.filter((mark) => mark.series === series);
        return [
          plot.ruleY(own, {
            x1: (mark) => within(mark.low),
            x2: (mark) => within(mark.high),
            y: 'y',
            stroke: look.color,
            strokeWidth: series === 2 ? 2.5 : 1.5,
            ...ofSeries(series),
          }),
          plot.dot(own, {
            x: (mark) => within(mark.ratio),
            y: 'y',
            r: series === 2 ? 5 : 3.5,
            fill: look.color,
            symbol: look.marker ?? 'circle',
            title: 'title',
            ...ofSeries(series),
          }),
        ];
      }),
      ...rows.map(({ name }, at) =>
        plot.text([fittedText(name, { width: room - NAME_GAP, fontSize })], {
          frameAnchor: 'left',
          y: () => rows.length - at,
          dx: -NAME_GAP,
          textAnchor: 'end',
          fontSize,
        }),
      ),
      plot.axisX({
        ticks: TICKS,
        tickFormat: (value: number) => String(value),
        label: null,
        fontVariant: '',
      }),
      plot.text(['ratio →'], { frameAnchor: 'bottom-right', dy: 32, textAnchor: 'end' }),
    ],
  });
  return { width, height, views: [{ name: 'all', drawing: drawn }] };
}

const TICKS = 6;
