import type { ComparedMetric } from '../../filtering/compare-report.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText } from '../../numerics/number-text.js';
import type { Html } from '../page/html.js';
import type { DrawingBoard } from './drawing-board.js';
import { dosePanel, sparsificationPanel } from './effect-panels.js';
import { EFFECT_LOOKS, effectArms, stripPanel } from './effect-strip.js';
import type { Figure, KeyEntry } from './figure.js';
import { FIGURE_WIDTH } from './figure-size.js';
import { relativeEffect } from './relative-effect.js';
import { metricAxis } from './value-axis.js';

const HALF = { width: 350, height: 250 };

/** Titles of panels, by which the caption names them. */
const DOSES = 'dose and response';
const SPARSIFICATION = 'sparsification';

/** Kinds of verdicts that are doubts. */
const DOUBTS: readonly string[] = ['too-few-images', 'too-few-draws', 'not-more-than-detail'];

/** What one filter does to one metric: against random subsets at equal n, by dose, and image by image. */
export function effectFigure(
  effect: FilterEffect,
  { metric, warnings }: { readonly metric: ComparedMetric; readonly warnings: readonly string[] },
  board: DrawingBoard,
): Figure {
  const { score, n, random, verdict, unfiltered, doses, sparsification, direction } = effect;
  const relative = relativeEffect(effect);
  const name = metricLabel(effect.metric);
  const variants = [
    { name: 'value', of: effect, label: metricAxis(name, direction), unit: '' },
    ...(relative === null
      ? []
      : [
          {
            name: 'change from chance',
            of: relative,
            label: `${metricAxis(name, direction)}, change from chance in %`,
            unit: ' %',
          },
        ]),
  ];
  const views = <Size extends object>(
    draw: (
      of: FilterEffect,
      size: Size & { readonly label: string; readonly unit: string },
      board: DrawingBoard,
    ) => Html,
    size: Size,
  ) => variants.map(({ name, of, ...words }) => ({ name, drawing: draw(of, { ...size, ...words }, board) }));
  const arms = effectArms(effect);
  const atEqualN = `at equal n = ${countText(n)}`;
  const stripHeight = 62 + 22 * arms.length;
  const isDoubt = verdict !== null && DOUBTS.includes(verdict.kind);
  const key = (text: string, mark: KeyEntry['mark'], series: keyof typeof EFFECT_LOOKS): KeyEntry => ({
    text,
    mark,
    look: EFFECT_LOOKS[series],
    series: Object.keys(EFFECT_LOOKS).indexOf(series),
  });
  return {
    name: `effect-${score}-${effect.metric}`,
    source: 'compare.json',
    metric: effect.metric,
    score,
    title: `${name} when filtered by “${score}”`,
    caption: [
      `“${atEqualN}”: ${name} of the images that the rule keeps, beside ${listText([
        'random subsets',
        'the inverse filter',
        ...(effect.controls.length === 0 ? [] : ['filters by mere detail']),
        ...('reason' in effect.residual ? [] : ['the residual score']),
      ])}, all of the same number of images, the best first; small dots are random subsets, the gray band their central 95 %. Bars: of the filtered set the ` +
        `${100 * effect.difference.interval.level} % interval of the difference from their mean, of random sets 95 % of the draws, of others ± 1.96 standard deviations of random subsets.`,
      `“${doses.length === 0 ? SPARSIFICATION : DOSES}”: the same for each share removed, each at its own n; the gray band is the central 95 % of random subsets. ` +
        `Area gained over chance: ${numberText(sparsification.aurg)}.` +
        (sparsification.oracle === null
          ? ''
          : ' The oracle drops images by their influence on the metric, taken once, on the whole set: no bound where much is removed.'),
    ]
      .filter((words) => words !== '')
      .join(' '),
    subtitle:
      verdict !== null && !isDoubt
        ? verdict.sentence
        : `${countText(n)} of ${countText(unfiltered.n)} images kept; ${countText(random.draws)} random subsets; ${metric.encoder.id}, ${countText(metric.referenceSize)} reference images`,
    keys: [
      key('filtered by the score', 'line', 'filtered'),
      key('random subsets', 'dots', 'random'),
      key('inverse filter', 'line', 'inverse'),
      ...(effect.controls.length === 0 ? [] : [key('filtered by a control', 'line', 'control')]),
      ...('reason' in effect.residual ? [] : [key('residual score', 'line', 'residual')]),
      ...(sparsification.oracle === null ? [] : [key('oracle', 'rule', 'oracle')]),
    ],
    panels: [
      {
        title: atEqualN,
        width: FIGURE_WIDTH,
        height: stripHeight,
        views: views(stripPanel, { width: FIGURE_WIDTH, height: stripHeight }),
        narrow: {
          width: HALF.width,
          height: stripHeight,
          views: views(stripPanel, { width: HALF.width, height: stripHeight }),
        },
      },
      {
        title: doses.length === 0 ? SPARSIFICATION : DOSES,
        ...HALF,
        views: views(doses.length === 0 ? sparsificationPanel : dosePanel, HALF),
      },
    ],
    warnings: [...(isDoubt ? [verdict.sentence] : []), ...warnings],
    comparability: metric.encoder.origin === 'demo' ? 'demo' : 'comparable',
    table: {
      header: ['arm', 'images', name, 'p (two-sided)'],
      rows: [
        ['all images (another n)', countText(unfiltered.n), numberText(unfiltered.value), '–'],
        ...arms.map(({ name, value, p }) => [
          name,
          countText(n),
          numberText(value, { error: random.standardDeviation }),
          p === null ? '–' : String(Number(p.toPrecision(2))),
        ]),
      ],
    },
    numbers: numbersOf(effect),
  };
}

function numbersOf(effect: FilterEffect): Figure['numbers'] {
  const { score, metric, n, random, doses, sparsification } = effect;
  const row = (panel: string, arm: string, removed: number | null, images: number | null, value: number) => [
    score,
    metric,
    panel,
    arm,
    removed,
    images,
    value,
  ];
  return {
    header: ['score', 'metric', 'panel', 'arm', 'removed', 'images', 'value'],
    rows: [
      ...effectArms(effect).map(({ name, value }) => row('equal n', name, null, n, value)),
      ...random.values.map((value) => row('equal n', 'random subset', null, n, value)),
      ...doses.flatMap((dose) => [
        row('dose', 'filtered', dose.removed, dose.n, dose.filtered),
        row('dose', 'inverse', dose.removed, dose.n, dose.inverse),
        row('dose', 'random mean', dose.removed, dose.n, dose.random.mean),
        row('dose', 'random low', dose.removed, dose.n, dose.random.low),
        row('dose', 'random high', dose.removed, dose.n, dose.random.high),
      ]),
      ...sparsification.removed.flatMap((removed, i) => [
        row('sparsification', 'filtered', removed, null, sparsification.filtered[i]!),
        row('sparsification', 'random', removed, null, sparsification.random[i]!),
        ...(sparsification.oracle === null
          ? []
          : [row('sparsification', 'oracle', removed, null, sparsification.oracle[i]!)]),
      ]),
    ],
  };
}
