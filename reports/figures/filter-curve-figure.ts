import { metricLabel } from '../../metrics/metric-catalog.js';
import { listText } from '../../numerics/number-text.js';
import type { StudyCurve } from '../../sample-size-study/study-report.js';
import { curvePair, curveTable, drawNumbers } from './curve-figure.js';
import { armKeys, curveSigns } from './curve-signs.js';
import type { DrawingBoard } from './drawing-board.js';
import type { Figure } from './figure.js';
import { comparabilityOf, figureWarnings, subtitleOf } from './figure-words.js';

/** Every metric against n for the sets of one filter: the value at the left, the ratio to the largest n at the right. */
export function filterCurveFigure(curves: readonly StudyCurve[], board: DrawingBoard): Figure {
  const metrics = [...new Set(curves.map(({ metric }) => metric))];
  const names = listText(metrics.map(metricLabel));
  const pairs = metrics.map((metric) =>
    curvePair(
      curves.filter((curve) => curve.metric === metric),
      board,
      `${metricLabel(metric)}: `,
    ),
  );
  const drawn = pairs.flatMap((pair) => pair.drawn);
  const signs = curveSigns(drawn);
  return {
    name: 'filter-curves',
    source: 'study.json',
    metric: null,
    title: `${names} of filtered and other sets by sample size`,
    caption: `${names} against the number of images drawn, and the same divided by the mean at the largest n. A filtered set is to be compared with random subsets of as many images. ${signs.map(({ words }) => words).join(' ')}`,
    subtitle: subtitleOf(curves),
    keys: [...armKeys(pairs[0]!.drawn), ...signs.flatMap(({ key }) => key ?? [])],
    panels: pairs.flatMap(({ panels }) => panels),
    warnings: figureWarnings(curves),
    comparability: comparabilityOf(curves),
    table: {
      header: ['metric', ...curveTable([]).header],
      rows: curves.flatMap((curve) =>
        curveTable([curve]).rows.map((row) => [metricLabel(curve.metric), ...row]),
      ),
    },
    numbers: drawNumbers(curves),
  };
}
