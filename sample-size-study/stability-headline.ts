import { metricLabel } from '../metrics/metric-catalog.js';
import type { ResultDefinition } from '../metrics/metric-definition.js';
import type { FilterStability, StabilityKind, StabilityVerdict } from './stability-report.js';
import { ratioText } from './stability-verdict.js';

const ANSWERS: Readonly<Record<StabilityKind, string>> = {
  steadier: 'steadier',
  'as-steady': 'as steady',
  'less-steady': 'less steady',
  'lower-but-as-steady': 'lower but as steady',
  'higher-but-as-steady': 'higher but as steady',
  'cannot-say': 'undecided',
};

/** What was found of all metrics and filters, in a sentence of at most 25 words. */
export function stabilityHeadline(verdicts: readonly StabilityVerdict[]): string {
  const filters = [...new Set(verdicts.map(({ filter }) => filter))];
  const isOne = filters.length === 1;
  const groups = new Map<string, string[]>();
  for (const { kind, metric } of verdicts) {
    const answer = ANSWERS[kind];
    groups.set(answer, [...(groups.get(answer) ?? []), metricLabel(metric)]);
  }
  const parts = [...groups].map(([answer, metrics]) =>
    isOne && metrics.length <= 4 ? `${metrics.join(', ')} ${answer}` : `${metrics.length} ${answer}`,
  );
  const many = isOne ? '' : ` (${filters.length} filters, ${verdicts.length} comparisons)`;
  return `Filtered beside as many random images${many}: ${parts.join('; ')}.`;
}

/**
 * What diversity did where a filter was applied: a spread or a bias slope that falls with it says that fewer kinds of images are left, not
 * that the metric is better.
 */
export function diversityNotes(
  stability: readonly FilterStability[],
  results: readonly Pick<ResultDefinition, 'id' | 'role'>[],
): readonly string[] {
  const judged = stability.filter(({ role }) => role === 'random');
  if (judged.length === 0) return [];
  const diverse = results.filter(({ role }) => role === 'diversity').map(({ id }) => id);
  if (!judged.some(({ metric }) => diverse.includes(metric)))
    return [
      'No metric of diversity was studied: add precision-recall to see whether filtering narrows the set.',
    ];
  return judged.flatMap(({ metric, filter, other, value }) =>
    diverse.includes(metric) && value !== null && value.high < 1
      ? [
          `${filter} is less diverse than ${other}: ${metricLabel(metric)} ${ratioText(value)}. A lower spread or bias slope may come from that.`,
        ]
      : [],
  );
}
