import { countText, numberText } from '../../numerics/number-text.js';
import type { StudyRanking } from '../../sample-size-study/study-report.js';
import type { Html } from '../page/html.js';
import { visibleText } from '../text/visible-text.js';
import { sizeText } from './axis-ticks.js';
import type { DrawingBoard } from './drawing-board.js';
import { seriesLook } from './series-look.js';
import { strokeOf, tracedMarks } from './series-marks.js';
import { type ScaleKind, sizeScale } from './size-scale.js';
import { valueAxisMark } from './value-axis.js';

export const RANK_PANEL = { width: 350, height: 240 } as const;
const WIDTH = RANK_PANEL.width;
const HEIGHT = RANK_PANEL.height;
/** Below this share of draws in which they swap, the order of two sets is settled. */
export const FLIPS_ALLOWED = 0.05;

/** Two ranked sets, and how often they swap at each size. */
export interface PairLine {
  readonly first: string;
  readonly second: string;
  readonly name: string;
  readonly flips: readonly { readonly n: number; readonly share: number }[];
}

export function flipText(share: number): string {
  return `${numberText(100 * share, { error: 1 })} %`;
}

const MARGINS = { marginLeft: 44, marginRight: 10, marginTop: 26, marginBottom: 36 };

/** Agreement of one draw with the final order. */
export function agreementPanel(
  { bySize }: StudyRanking,
  kind: ScaleKind,
  { plot, drawing }: DrawingBoard,
): Html {
  const scale = sizeScale(
    bySize.map(({ sampleSize }) => sampleSize),
    kind,
  );
  const line = (
    name: string,
    color: string,
    dash: string | null,
    of: (one: StudyRanking['bySize'][number]) => number | null,
  ) => {
    const points = bySize.flatMap((one) => {
      const value = of(one);
      return value === null
        ? []
        : [
            {
              n: one.sampleSize,
              value,
              title: `${name} at n = ${countText(one.sampleSize)}: ${numberText(value, { error: 0.01 })}`,
            },
          ];
    });
    return [
      plot.line(points, { x: 'n', y: 'value', strokeWidth: 1.8, ...strokeOf({ color, dash }) }),
      plot.dot(points, { x: 'n', y: 'value', r: 2.8, fill: color, title: 'title' }),
    ];
  };
  const least = Math.min(0, ...bySize.map(({ meanTau }) => meanTau ?? 0));
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    x: { type: kind, domain: [scale.before(0.04), scale.after(0.04)], label: null },
    y: { domain: [least < 0 ? -1 : 0, 1.04], label: null },
    marks: [
      plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
      plot.ruleY([0], { strokeOpacity: 0.5 }),
      ...line('mean τ', '#0072B2', null, ({ meanTau }) => meanTau),
      ...line('same best set', '#D55E00', '6 3', ({ sameBest }) => sameBest),
      ...sizeAxis(scale, plot),
      valueAxisMark(plot, 'agreement with the final order ↑', { ticks: 5 }),
    ],
  });
}

/** How often two ranked sets swap. */
export function flipPanel(
  pairs: readonly PairLine[],
  { scale: kind, requiredSize }: { readonly scale: ScaleKind; readonly requiredSize: number | null },
  { plot, drawing }: DrawingBoard,
): Html {
  const scale = sizeScale(
    pairs.flatMap(({ flips }) => flips.map(({ n }) => n)),
    kind,
  );
  const most = Math.max(2 * FLIPS_ALLOWED, ...pairs.flatMap(({ flips }) => flips.map(({ share }) => share)));
  return drawing({
    width: WIDTH,
    height: HEIGHT,
    ...MARGINS,
    x: { type: kind, domain: [scale.before(0.04), scale.after(0.04)], label: null },
    y: { domain: [-0.03 * most, 1.08 * most], label: null, tickFormat: '.0%' },
    marks: [
      plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
      plot.rect([0], {
        x1: () => scale.before(0.04),
        x2: () => scale.after(0.04),
        y1: () => 0,
        y2: () => FLIPS_ALLOWED,
        fill: 'currentColor',
        fillOpacity: 0.08,
      }),
      plot.ruleY([0], { strokeOpacity: 0.5 }),
      ...(requiredSize === null
        ? []
        : [plot.ruleX([requiredSize], { strokeDasharray: '4 3', strokeOpacity: 0.7 })]),
      ...pairs.flatMap(({ name, flips }, series) => {
        const look = seriesLook(series + 2);
        const points = flips.map(({ n, share }) => ({
          n,
          share,
          title: visibleText(`${name} at n = ${countText(n)}: swapped in ${flipText(share)} of the draws`),
        }));
        return tracedMarks(points, { x: 'n', y: 'share', look, series }, plot);
      }),
      ...sizeAxis(scale, plot),
      valueAxisMark(plot, 'share of draws in reverse order', { ticks: 5, text: '.0%' }),
    ],
  });
}

function sizeAxis(scale: ReturnType<typeof sizeScale>, plot: DrawingBoard['plot']) {
  return [
    plot.axisX({ ticks: [...scale.ticks], tickFormat: sizeText, label: null, fontVariant: '' }),
    plot.text([scale.label], { frameAnchor: 'bottom-right', dy: 30, textAnchor: 'end' }),
  ];
}
