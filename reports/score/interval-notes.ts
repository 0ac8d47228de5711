import { metricLabel } from '../../metrics/metric-catalog.js';
import { numberText, percentText } from '../../numerics/number-text.js';
import type { ScoreResult } from '../../scoring/score-report.js';
import { FLOOR_WORDS, floorCounts, intervalText, noiseFloorText } from '../text/result-texts.js';

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

/** Each noise floor beside what it is to be compared with. */
export function noiseFloorNotes(results: readonly ScoreResult[]): readonly string[] {
  const floors = results.flatMap(({ metric, noiseFloor }) =>
    noiseFloor === undefined
      ? []
      : [{ label: metricLabel(metric), floor: noiseFloor, n: floorCounts(noiseFloor) }],
  );
  if (floors.length === 0) return [];
  const isCorrected = floors.some(({ floor }) => floor.interval.of === 'limit');
  const isAlike = floors.every(({ n }) => n === floors[0]!.n);
  const texts = floors.map(
    ({ label, floor, n }) => `${label} ${noiseFloorText(floor)}${isAlike ? '' : ` at n = ${n}`}`,
  );
  return [
    `noise floor, ${FLOOR_WORDS}: ${texts.join('; ')}${isAlike ? ` at n = ${floors[0]!.n}` : ''}. A set from the reference’s own source would come as near${isCorrected ? '. Where the estimate is bias-corrected, so is its floor, since halves are more biased at their smaller n' : ''}`,
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
