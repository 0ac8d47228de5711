import { FLOOR_ARM } from '../../sample-size-study/study-cells.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { countText, numberText } from '../number-text.js';
import {
  BIAS_PANEL,
  biasLinePanel,
  biasResidualPanel,
  type FittedCurve,
  inverseTicks,
  isInWindow,
  TOLERANCE,
} from './bias-panels.js';
import type { DrawingBoard } from './drawing-board.js';
import { drawnCurves, isLine } from './drawn-curve.js';
import type { Figure } from './figure.js';
import { standingOf, subtitleOf } from './figure-words.js';
import { metricAxis } from './metric-axis.js';
import { BACKGROUND_LOOK } from './series-look.js';

/** Sizes outside the window are shown as far as this many times its 1/n. */
const BEYOND = 2;

/** One metric against 1/n with the line that its limit comes from, and how far the means are from it; null without a fit. */
export function biasFigure(curves: readonly StudyCurve[], board: DrawingBoard): Figure | null {
  const fitted = drawnCurves(curves).filter(
    (entry): entry is FittedCurve => entry.curve.fit !== null && entry.curve.arm !== FLOOR_ARM,
  );
  if (fitted.length === 0) return null;
  const own = fitted.map(({ curve }) => curve);
  const { metric, direction } = own[0]!;
  const smallest = Math.min(...own.flatMap(({ points }) => points.map(({ sampleSize }) => sampleSize)));
  const end = Math.min(1 / smallest, BEYOND * Math.max(...own.map(({ fit }) => 1 / fit.window.from)));
  const inside = own.flatMap(({ points }) =>
    points.filter(({ sampleSize }) => 1 / sampleSize <= end * 1.001),
  );
  const size = {
    end,
    ticks: inverseTicks(
      inside.map(({ sampleSize }) => sampleSize),
      end,
    ),
  };
  const isAnalytic = own.some(({ analyticSlope }) => analyticSlope !== null);
  return {
    name: `bias-${metric}`,
    source: 'study.json',
    metric,
    title: `${metric}: bias against 1/n`,
    caption:
      `Left: mean ${metric} against 1/n (axis labeled by n); filled dots are the sizes that the line is fitted to, the line is ` +
      `dashed where it is extended, and meets n → ∞ in the limit.${isAnalytic ? ' Dotted: the slope that Gaussian embeddings of the same covariance would have.' : ''} ` +
      `Right: how far the means are from the line, in percent of the value; the gray band is the ± ${100 * TOLERANCE} % within ` +
      'which it counts as a line.',
    subtitle: subtitleOf(own),
    keys: [
      ...fitted.map(({ curve, look, series }) => ({
        text: `${curve.arm}: ${numberText(curve.fit.limit)} ${curve.fit.slope < 0 ? '−' : '+'} ${numberText(Math.abs(curve.fit.slope))} / n`,
        mark: 'line' as const,
        look,
        series,
      })),
      ...(isAnalytic
        ? [
            {
              text: 'slope of Gaussian embeddings',
              mark: 'rule' as const,
              look: BACKGROUND_LOOK,
              series: null,
            },
          ]
        : []),
    ],
    panels: [
      {
        title: 'mean of the draws',
        ...BIAS_PANEL,
        views: [
          {
            name: '1/n',
            drawing: biasLinePanel(fitted, { ...size, label: metricAxis(metric, direction) }, board),
          },
        ],
      },
      {
        title: 'distance from the line',
        ...BIAS_PANEL,
        views: [{ name: '1/n', drawing: biasResidualPanel(fitted, size, board) }],
      },
    ],
    warnings: own
      .filter((curve) => !isLine(curve))
      .flatMap(({ arm, warnings }) =>
        warnings.filter(({ code }) => code === 'WINDOW_MISFIT').map(({ message }) => `${arm}: ${message}`),
      )
      .slice(0, 4),
    standing: standingOf(own),
    table: {
      header: ['arm', 'limit', 'slope', 'slope of Gaussian embeddings', 'fitted from n', 'largest residual'],
      rows: own.map(({ arm, fit, analyticSlope }) => [
        arm,
        `${numberText(fit.limit)}${fit.holds ? '' : ' (no line)'}`,
        numberText(fit.slope),
        analyticSlope === null ? '–' : numberText(analyticSlope),
        countText(fit.window.from),
        fit.largestResidual === null ? '–' : `${numberText(100 * fit.largestResidual, { error: 0.1 })} %`,
      ]),
    },
    numbers: {
      header: [
        'metric',
        'arm',
        'sample_size',
        'mean',
        'fitted',
        'in_window',
        'limit',
        'slope',
        'analytic_slope',
      ],
      rows: own.flatMap(({ arm, points, fit, analyticSlope }) =>
        points.map(({ sampleSize, mean }) => [
          metric,
          arm,
          sampleSize,
          mean,
          fit.limit + fit.slope / sampleSize,
          isInWindow(sampleSize, fit) ? 'yes' : 'no',
          fit.limit,
          fit.slope,
          analyticSlope,
        ]),
      ),
    },
  };
}
