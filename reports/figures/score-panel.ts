import { numberText } from '../../numerics/number-text.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { axisNumbers, paddedExtent } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Panel } from './figure.js';
import { shortName } from './figure-size.js';
import type { SeriesLook } from './series-look.js';
import { ofSeries } from './series-marks.js';
import { valueAxisMark } from './value-axis.js';

const SIZE = { width: 350, height: 230 };
const TICKS = 5;
/** Dots of one panel that can be read out; of more, every k-th is drawn. */
const MOST_DOTS = 600;
export const KEPT: SeriesLook = { color: '#0072B2', dash: null };
export const DROPPED: SeriesLook = { color: '#D55E00', dash: null };

/** One image with its score. */
export interface ScoreDot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly isKept: boolean;
}

/** Dots of one score in a panel: kept and dropped by the usual rule, with its line. */
export function scorePanel(
  title: string,
  dots: readonly ScoreDot[],
  labels: { readonly threshold: number | null; readonly xLabel: string; readonly yLabel: string },
  board: DrawingBoard,
): Panel {
  const every = Math.max(1, Math.ceil(dots.length / MOST_DOTS));
  const drawn = dots.filter((_, i) => i % every === 0);
  return {
    title: every === 1 ? title : `${title} (one dot in ${every})`,
    ...SIZE,
    views: [{ name: 'all', drawing: scatter(drawn, labels, board) }],
  };
}

function scatter(
  dots: readonly ScoreDot[],
  {
    threshold,
    xLabel,
    yLabel,
  }: { readonly threshold: number | null; readonly xLabel: string; readonly yLabel: string },
  { plot, drawing }: DrawingBoard,
): Html {
  const titled = dots.map((dot) => ({
    ...dot,
    title: visibleText(`${shortName(dot.id, 60)}: ${numberText(dot.y)}, ${dot.isKept ? 'kept' : 'dropped'}`),
  }));
  const across = paddedExtent(dots.map(({ x }) => x));
  const up = paddedExtent([...dots.map(({ y }) => y), ...(threshold === null ? [] : [threshold])]);
  const [xNumbers, yNumbers] = [axisNumbers(across, TICKS), axisNumbers(up, TICKS)];
  return drawing({
    ...SIZE,
    marginLeft: Math.max(58, yNumbers.room),
    marginRight: 10,
    marginTop: 26,
    marginBottom: 36,
    x: { domain: [...across], label: null },
    y: { domain: [...up], label: null },
    marks: [
      plot.gridY({ ticks: TICKS, strokeOpacity: 0.12 }),
      ...(threshold === null
        ? []
        : [plot.ruleY([threshold], { strokeDasharray: '4 3', strokeOpacity: 0.7 })]),
      ...[KEPT, DROPPED].map((look, series) =>
        plot.dot(
          titled.filter(({ isKept }) => isKept === (series === 0)),
          {
            x: 'x',
            y: 'y',
            r: dots.length < 200 ? 3.2 : 2,
            fill: look.color,
            fillOpacity: dots.length < 200 ? 0.85 : 0.6,
            title: 'title',
            ...ofSeries(series),
          },
        ),
      ),
      plot.axisX({ ticks: TICKS, tickFormat: xNumbers.text, label: null, fontVariant: '' }),
      valueAxisMark(plot, yLabel, { ticks: TICKS, ...yNumbers }),
      plot.text([`${xLabel}${xNumbers.note} →`], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
    ],
  });
}
