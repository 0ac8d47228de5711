import type { Html } from '../page/html.js';
import {
  BIAS_MARGINS,
  BIAS_PANEL,
  biasFrame,
  type FittedCurve,
  type InverseSizes,
  shownPoints,
} from './bias-panels.js';
import type { DrawingBoard } from './drawing-board.js';
import { dotOf, ofSeries, strokeOf, triangleMark } from './series-marks.js';
import { linearAxis, valueAxisMark } from './value-axis.js';

/** Largest residual of a line, in percent, as the fit has it. */
export const TOLERANCE = 1;
/** Residuals as far as this, in percent, are drawn in their place; those beyond are marked at the edge. */
const FARTHEST = 5;
/** Pixels that a triangle takes, and so the least between two at one place. */
const TRIANGLE = 11;
/** Triangles over one another at most: those after lie on the last. */
const MOST_IN_A_PILE = 8;

interface Residual {
  readonly x: number;
  readonly sampleSize: number;
  readonly residual: number;
  readonly isFitted: boolean;
  readonly title: string;
}

function residuals(entry: FittedCurve, end: number): readonly Residual[] {
  return shownPoints(entry, end).flatMap(({ residual, ...point }) =>
    residual === null ? [] : [{ ...point, residual }],
  );
}

/** Means that do not differ significantly from 0 have no relative residual. */
export function unmeasuredSizes(entry: FittedCurve, end: number): readonly number[] {
  return shownPoints(entry, end)
    .filter(({ residual }) => residual === null)
    .map(({ sampleSize }) => sampleSize);
}

/** From where to where the distances are drawn: one curve near 0 does not rule the axis. */
function residualAxis(fitted: readonly FittedCurve[], end: number): ReturnType<typeof linearAxis> {
  const own = fitted
    .flatMap((entry) => residuals(entry, end))
    .filter(({ isFitted }) => isFitted)
    .map(({ residual }) => Math.max(-FARTHEST, Math.min(FARTHEST, residual)));
  return linearAxis([-1.5 * TOLERANCE, 1.5 * TOLERANCE, ...own]);
}

/** How many distances are marked at the edge. */
export function countBeyond(fitted: readonly FittedCurve[], end: number): number {
  const [low, high] = residualAxis(fitted, end).domain;
  const all = fitted.flatMap((entry) => residuals(entry, end));
  return all.filter(({ residual }) => residual < low || residual > high).length;
}

/** How far the means are from their lines. */
export function biasResidualPanel(
  fitted: readonly FittedCurve[],
  sizes: InverseSizes,
  { plot, drawing }: DrawingBoard,
): Html {
  const { end } = sizes;
  const axis = residualAxis(fitted, end);
  const [low, high] = axis.domain;
  const isShown = ({ residual }: Residual) => residual >= low && residual <= high;
  const piles = new Map<string, number>();
  const beyond = ({ x, residual, title }: Residual) => {
    const points = residual > high ? 'up' : 'down';
    const position = `${x} ${points}`;
    const below = Math.min(MOST_IN_A_PILE, piles.get(position) ?? 0);
    piles.set(position, below + 1);
    const lift = (points === 'up' ? -1 : 1) * (TRIANGLE - 1 + TRIANGLE * below);
    return { x, y: points === 'up' ? high : low, lift, points, title } as const;
  };
  return drawing({
    ...BIAS_PANEL,
    ...BIAS_MARGINS,
    marginLeft: Math.max(BIAS_MARGINS.marginLeft, axis.room),
    x: { domain: [-0.04 * end, 1.04 * end], label: null },
    y: { domain: [low, high], label: null },
    marks: [
      plot.rect([0], {
        x1: () => -0.04 * end,
        x2: () => 1.04 * end,
        y1: () => -TOLERANCE,
        y2: () => TOLERANCE,
        fill: 'currentColor',
        fillOpacity: 0.08,
      }),
      ...biasFrame(sizes, plot),
      plot.ruleY([0], { strokeOpacity: 0.5 }),
      ...fitted.flatMap((entry) => {
        const { look, series } = entry;
        const points = residuals(entry, end);
        const common = { x: 'x', y: 'residual', title: 'title', ...ofSeries(series) } as const;
        return [
          // broken where a mean lies beyond the axis
          plot.line(points, {
            x: 'x',
            y: (point: Residual) => (isShown(point) ? point.residual : Number.NaN),
            ...strokeOf(look),
            strokeOpacity: 0.5,
            ...ofSeries(series),
          }),
          plot.dot(
            points.filter((point) => isShown(point) && point.isFitted),
            { ...common, r: 3, ...dotOf(look) },
          ),
          plot.dot(
            points.filter((point) => isShown(point) && !point.isFitted),
            { ...common, r: 3, stroke: look.color },
          ),
          ...points
            .filter((point) => !isShown(point))
            .map((point) => triangleMark(beyond(point), { look, series })),
        ];
      }),
      valueAxisMark(plot, 'residual, % of the mean', axis),
    ],
  });
}
