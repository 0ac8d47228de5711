import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import {
  BIAS_PANEL,
  biasLinePanel,
  type FittedCurve,
  inverseTicks,
  isInWindow,
  shownPoints,
} from './bias-panels.js';
import { biasResidualPanel, countBeyond, TOLERANCE, unmeasuredSizes } from './bias-residual-panel.js';
import type { DrawingBoard } from './drawing-board.js';
import { drawnCurves, isLine } from './drawn-curve.js';
import type { Figure, KeyEntry } from './figure.js';
import { comparabilityOf, subtitleOf } from './figure-words.js';
import { BACKGROUND_LOOK } from './series-look.js';
import { metricAxis } from './value-axis.js';

/** Sizes outside the window are shown as far as this many times its 1/n. */
const BEYOND = 2;
/** Sets of which a doubt is written out. */
const MOST_SAID = 4;
const LINE = 'mean of the draws';
const DISTANCE = 'distance from the line';

/** One metric against 1/n with the line that its limit comes from, and how far the means are from it; null without a fit. */
export function biasFigure(curves: readonly StudyCurve[], board: DrawingBoard): Figure | null {
  const all = drawnCurves(curves).filter(
    (entry): entry is FittedCurve => entry.curve.fit !== null && entry.curve.arm !== NOISE_FLOOR,
  );
  // whole lines: dashes say there where nothing was fitted
  const fitted = all
    .filter(({ detail }) => detail === 'full')
    .map((entry) => ({ ...entry, look: { ...entry.look, dash: null } }));
  if (fitted.length === 0) return null;
  const own = fitted.map(({ curve }) => curve);
  const every = all.map(({ curve }) => curve);
  const { metric, direction } = own[0]!;
  const label = metricLabel(metric);
  const smallest = leastOf(own.flatMap(({ points }) => points.map(({ sampleSize }) => sampleSize)));
  const end = Math.min(1 / smallest, BEYOND * largestOf(own.map(({ fit }) => 1 / fit.window.from)));
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
  const isOpen = fitted.some((entry) => shownPoints(entry, end).some(({ isFitted }) => !isFitted));
  const beyond = countBeyond(fitted, end);
  const sign = (text: string, mark: KeyEntry['mark']): KeyEntry => ({
    text,
    mark,
    look: BACKGROUND_LOOK,
    series: null,
  });
  return {
    name: `bias-${metric}`,
    source: 'study.json',
    metric,
    title: `${label}: bias against 1/n`,
    caption: [
      `“${LINE}”: ${label} against 1/n, the axis labeled by n; the line is fitted to the filled dots and dashed on the way to n → ∞.`,
      isOpen ? 'Open dots: sizes that the line leaves out.' : '',
      isAnalytic ? 'Dotted: the slope that Gaussian embeddings of the same covariance would have.' : '',
      limitWords(own),
      `“${DISTANCE}”: how far the means are from the line, in percent of themselves; within the gray band, ± ${TOLERANCE} %, it counts as a line.`,
      beyond > 0 ? `Triangles at the edge: ${beyond} that are farther off than the axis goes.` : '',
    ]
      .filter((words) => words !== '')
      .join(' '),
    subtitle: subtitleOf(own),
    keys: [
      ...fitted.map(({ curve, look, series }) => ({
        text: `${curve.arm}: ${numberText(curve.fit.limit)} ${curve.fit.slope < 0 ? '−' : '+'} ${numberText(Math.abs(curve.fit.slope))} / n`,
        mark: 'line' as const,
        look,
        series,
      })),
      ...(isOpen ? [sign('not fitted', 'open')] : []),
      ...(isAnalytic ? [sign('slope of Gaussian embeddings', 'rule')] : []),
      ...(own.some(isLine) ? [sign('asymptotic value', 'diamond')] : []),
      ...(own.every(isLine) ? [] : [sign('doubtful asymptotic value', 'hollow')]),
      ...(beyond > 0 ? [sign('beyond the axis', 'triangle')] : []),
    ],
    panels: [
      {
        title: LINE,
        ...BIAS_PANEL,
        views: [
          {
            name: '1/n',
            drawing: biasLinePanel(fitted, { ...size, label: metricAxis(label, direction) }, board),
          },
        ],
      },
      {
        title: DISTANCE,
        ...BIAS_PANEL,
        views: [{ name: '1/n', drawing: biasResidualPanel(fitted, size, board) }],
      },
    ],
    warnings: [
      ...misfits(own),
      ...unmeasured(fitted, end),
      ...(all.length > fitted.length
        ? [
            `Drawn: ${fitted.length} of ${all.length} sets, those that are best at the largest n; all are in the CSV.`,
          ]
        : []),
    ],
    comparability: comparabilityOf(own),
    table: {
      header: [
        'arm',
        'end of the line',
        'slope',
        'slope of Gaussian embeddings',
        'fitted from n',
        'largest residual',
      ],
      rows: every.map(({ arm, fit, analyticSlope }) => [
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
      rows: every.flatMap(({ arm, points, fit, analyticSlope }) =>
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

/** What the diamonds are, which need not stand where a line ends. */
function limitWords(curves: readonly StudyCurve[]): string {
  const hasIntervals = curves.some(({ limitInterval }) => limitInterval !== null);
  const hollow = curves.every(isLine) ? '' : '; hollow and dashed: doubtful, means not linear in 1/n';
  return hasIntervals
    ? `The diamond: the asymptotic value by the jackknife with its 95 % interval, which need not be where the line ends${hollow}.`
    : `The diamond: the asymptotic value, where the line ends${hollow}.`;
}

function misfits(curves: readonly StudyCurve[]): readonly string[] {
  return curves
    .filter((curve) => !isLine(curve))
    .flatMap(({ arm, warnings }) =>
      warnings.filter(({ code }) => code === 'WINDOW_MISFIT').map(({ message }) => `${arm}: ${message}`),
    )
    .slice(0, MOST_SAID);
}

/** Means of which a percentage says nothing. */
function unmeasured(fitted: readonly FittedCurve[], end: number): readonly string[] {
  const said = fitted.flatMap((entry) => {
    const sizes = unmeasuredSizes(entry, end).map((size) => countText(size));
    return sizes.length === 0 ? [] : [`${entry.curve.arm} at n = ${sizes.join(', ')}`];
  });
  if (said.length === 0) return [];
  const left = said.length > MOST_SAID ? ` and ${said.length - MOST_SAID} more sets` : '';
  return [
    `No relative residual where a mean does not differ significantly from 0: ${said.slice(0, MOST_SAID).join('; ')}${left}.`,
  ];
}
