import type { Warning } from '../encoders/encoder.js';
import { encoderWarnings } from '../metrics/encoder-warnings.js';
import type { Comparison, MetricDefinition } from '../metrics/metric-definition.js';
import type { ComparedFilter } from './compare-report.js';
import type { PooledControl } from './filter-effect-of.js';
import { tieWarnings } from './tie-warnings.js';

/** Doubts that belong to the whole comparison. */
export function comparisonWarnings(
  groups: readonly EncodedGroup[],
  controls: readonly PooledControl[],
  { filters, seed }: { readonly filters: readonly ComparedFilter[]; readonly seed: number },
): Warning[] {
  const rank = groups.flatMap(({ metrics, sets }) => {
    const d = sets.generated.embeddings?.d ?? 0;
    const few = filters.filter(({ kept }) => kept.length <= d);
    if (few.length === 0 || !metrics.some(({ uses }) => uses === 'moments')) return [];
    return [
      {
        code: 'RANK_DEFICIENT_COVARIANCE',
        message: `${few[0]!.kept.length} images are kept for ${d} dimensions: covariances are singular, and values are mostly bias. Differences at equal n compare subsets with each other, not distributions`,
      },
    ];
  });
  const noControls = controls.some(({ family }) => family === 'detail')
    ? []
    : [
        {
          code: 'NO_DETAIL_CONTROLS',
          message:
            'no measure of image detail: the set is a file of embeddings, and the score file has no control scores. Improvement beyond detail cannot be tested',
        },
      ];
  const found = [
    ...groups.flatMap(({ metrics, sets }) => [
      ...metrics.flatMap((metric) => encoderWarnings(sets, metric)),
      ...sets.reference.warnings,
      ...sets.generated.warnings,
    ]),
    ...rank,
    ...filters.flatMap(({ score, rule, threshold, keptShare, ties, kept, dropped }) =>
      tieWarnings(
        score,
        { rule, threshold, keptShare, ties: ties ?? { images: 0, kept: 0 } },
        { n: kept.length + dropped.length, seed },
      ),
    ),
    ...noControls,
  ];
  return [...new Map(found.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

/** Metrics of one network with the embeddings of both sides. */
export interface EncodedGroup {
  readonly metrics: readonly MetricDefinition[];
  readonly sets: Comparison;
}
