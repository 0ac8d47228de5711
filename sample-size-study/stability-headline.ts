import { metricLabel } from '../metrics/metric-catalog.js';
import type { ResultDefinition } from '../metrics/metric-definition.js';
import { isUnbiased } from './final-values.js';
import type { FilterStability, StabilityVerdict } from './stability-report.js';
import {
  changeText,
  differenceText,
  filterName,
  ratioText,
  STABILITY_WORDS,
  verdictWords,
} from './stability-words.js';

/** Words that a headline may have. */
const MOST_WORDS = 25;

/** What stands before every answer. */
const AGAINST = 'Filtered against random, equal n:';

/**
 * What was found of all metrics and filters, in a sentence of at most 25 words: of one filter the change of each metric with its interval and
 * the verdict; of several how often each verdict was given, and the largest change.
 */
export function stabilityHeadline(
  verdicts: readonly StabilityVerdict[],
  stability: readonly FilterStability[],
): string {
  if (verdicts.length === 0) return `${AGAINST} no metric has values yet.`;
  const found = withStability(verdicts, stability);
  if (new Set(verdicts.map(({ filter }) => filter)).size > 1) return headlineOfMany(verdicts, stability);
  const parts = found.map(
    ({ verdict, one }) =>
      `${effectText(verdict.metric, one)}, ${verdictWords(verdict, { repeats: one?.repeats ?? 0 })}`,
  );
  for (let shown = parts.length; shown > 0; shown--) {
    const left = parts.length - shown;
    const more = left === 0 ? '' : `; ${left} more below`;
    const text = `${AGAINST} ${parts.slice(0, shown).join('; ')}${more}.`;
    if (wordsIn(text) <= MOST_WORDS) return text;
  }
  return `${AGAINST} ${countedText(verdicts)}.`;
}

/** A verdict, and the comparison that it is of. */
interface Found {
  readonly verdict: StabilityVerdict;
  readonly one: FilterStability | undefined;
}

function withStability(
  verdicts: readonly StabilityVerdict[],
  stability: readonly FilterStability[],
): readonly Found[] {
  return verdicts.map((verdict) => ({
    verdict,
    one: stability.find(
      ({ role, metric, filter }) =>
        role === 'random' && metric === verdict.metric && filter === verdict.filter,
    ),
  }));
}

/** The comparison with the largest change of the value; null where no value differs from 0. */
export function leadingComparison(
  verdicts: readonly StabilityVerdict[],
  stability: readonly FilterStability[],
): Found | null {
  const size = ({ one }: Found) => Math.abs(Math.log(one!.value!.ratio));
  return withStability(verdicts, stability)
    .filter(({ one }) => one?.value != null)
    .reduce<Found | null>((most, next) => (most === null || size(next) > size(most) ? next : most), null);
}

function headlineOfMany(
  verdicts: readonly StabilityVerdict[],
  stability: readonly FilterStability[],
): string {
  const counted = countedText(verdicts);
  const largest = leadingComparison(verdicts, stability);
  if (largest === null) return `${AGAINST} ${counted}.`;
  const { metric, filter } = largest.verdict;
  const full = `${AGAINST} ${counted}; largest change: ${effectText(metric, largest.one, filterName(filter))}.`;
  return wordsIn(full) <= MOST_WORDS ? full : `${AGAINST} ${counted}.`;
}

/** How often each verdict was given. */
function countedText(verdicts: readonly StabilityVerdict[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of verdicts) {
    const word = kind === 'cannot-say' ? 'undecided' : STABILITY_WORDS[kind].replace(/^.* but /, '');
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

/** `FID −21 % (−24 to −18)`; in units of a metric without bias where a value does not differ from 0, so that there is no ratio. */
function effectText(metric: string, one: FilterStability | undefined, filter?: string): string {
  const name = `${metricLabel(metric)}${filter === undefined ? '' : ` by ${filter}`}`;
  if (one?.value != null) return `${name} ${changeText(one.value)}`;
  return one?.limit != null && isUnbiased(one) ? `${name} ${differenceText(one.limit)}` : name;
}

/** A number and its sign `%` are one. */
function wordsIn(text: string): number {
  return text.replaceAll(' %', '').split(/\s+/).length;
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
      diverse.length === 0
        ? 'No metric of diversity was studied: add precision-recall to see whether filtering narrows the set.'
        : 'No metric of diversity has a value of the filtered set: nothing says whether filtering narrows it.',
    ];
  return judged.flatMap(({ metric, filter, other, value }) =>
    diverse.includes(metric) && value !== null && value.high < 1
      ? [
          `${filter} is less diverse than ${other}: ${metricLabel(metric)} ${ratioText(value)}. A lower spread or bias slope may come from that.`,
        ]
      : [],
  );
}
