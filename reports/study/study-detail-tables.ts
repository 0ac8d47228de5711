import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText, probabilityText } from '../../numerics/number-text.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { TextTable } from '../text/text-tables.js';

/** Each pair of sets, and whether their difference is significant. */
export function pairTable({ rankings }: Pick<StudyReport, 'rankings'>): TextTable {
  return {
    title: 'Which sets differ significantly',
    header: ['metric', 'sets', 'of', 'difference', 'p (Holm)', 'significant'],
    rows: rankings.flatMap(({ metric, rankedBy, pairs }) =>
      pairs.map(({ first, second, difference, standardError: error, pValue, isRanked }) => [
        metricLabel(metric),
        `${first}, ${second}`,
        rankedBy === 'limit' ? 'asymptotic values' : 'values at the largest common n',
        `${numberText(difference, { error })}${error === null || error === 0 ? '' : ` ± ${errorText(error)}`}`,
        pValue === null ? '–' : probabilityText(pValue),
        isRanked ? 'yes' : 'no',
      ]),
    ),
  };
}

/** What one value costs at each n: images to encode, and millions of multiplications after that. */
export function costTable({ costs }: Pick<StudyReport, 'costs'>): TextTable {
  const metrics = [...new Set(costs.map(({ metric }) => metric))];
  const sizes = [...new Set(costs.map(({ sampleSize }) => sampleSize))].sort((a, b) => a - b);
  return {
    title: 'What one value costs: images to encode, then millions of multiplications',
    header: ['n', 'images', ...metrics.map(metricLabel)],
    rows: sizes.map((size) => [
      countText(size),
      countText(size),
      ...metrics.map((metric) => {
        const cost = costs.find((one) => one.metric === metric && one.sampleSize === size);
        return cost?.multiplications == null ? '–' : countText(Math.ceil(cost.multiplications / 1e6));
      }),
    ]),
  };
}
