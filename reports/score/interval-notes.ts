import { metricLabel } from '../../metrics/metric-catalog.js';
import { numberText, percentText } from '../../numerics/number-text.js';
import type { ScoreResult } from '../../scoring/score-report.js';
import { intervalText } from '../text/result-texts.js';

/** What the column says, and how the intervals were found. */
export function intervalNotes(results: readonly ScoreResult[]): string[] {
  const texts = results.flatMap((result) => {
    const text = intervalText(result);
    return text === null ? [] : [{ ...text, name: metricLabel(result.metric) }];
  });
  if (texts.length === 0) return [];
  const methods = [...new Set(texts.map(({ method }) => method))].map((method) => {
    const names = texts.filter((one) => one.method === method).map(({ name }) => name);
    return `${names.join(', ')} by ${method}`;
  });
  const level = percentText(texts[0]!.level);
  const ofValues = texts.filter(({ of }) => of === 'value').map(({ name }) => name);
  return [
    `as n → ∞: the bias-corrected estimate with its ${level} interval, which need not hold the value at this n${ofValues.length === 0 ? '' : `; of ${ofValues.join(', ')}, in brackets alone, the interval is of the value at this n`}. ${methods.join('; ')}`,
  ];
}

/** `FID: effective rank of the embeddings 9.1 : 8.7 (reference : generated)`, one of distances that share theirs. */
export function gaussianNotes(results: readonly ScoreResult[]): readonly string[] {
  const byRanks = new Map<string, string[]>();
  for (const { metric, gaussians } of results) {
    if (gaussians === undefined) continue;
    const [first, second] = [gaussians.reference, gaussians.generated].map(({ effectiveRank }) =>
      effectiveRank === null ? '–' : numberText(effectiveRank),
    );
    const ranks = `${first} : ${second}`;
    byRanks.set(ranks, [...(byRanks.get(ranks) ?? []), metricLabel(metric)]);
  }
  return [...byRanks].map(
    ([ranks, labels]) =>
      `${labels.join(', ')}: effective rank of the embeddings ${ranks} (reference : generated)`,
  );
}
