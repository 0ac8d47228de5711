import { metricLabel } from '../metrics/metric-label.js';
import { countText, errorText, numberText } from '../metrics/numerics/number-text.js';
import type { ArmPair, StudyRanking } from './study-report.js';

/** What a study says of the order of the arms under one metric: only what the errors allow. */
export function studyRankingLine({
  metric,
  arms,
  final,
  direction,
  pairs,
  requiredSize,
  crossings,
}: StudyRanking): string {
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const names = [...arms.keys()].sort((a, b) => sign * (final[a]! - final[b]!)).map((place) => arms[place]!);
  if (!pairs.some(({ isRanked }) => isRanked)) return `${metricLabel(metric)}: ${unranked(pairs)}.`;
  const ranks = (one: string, other: string) =>
    pairs.some(
      ({ first, second, isRanked }) =>
        isRanked && [first, second].includes(one) && [first, second].includes(other),
    );
  const order = names.map((name, i) =>
    i === 0 ? name : `${ranks(names[i - 1]!, name) ? ', then' : ' ≈'} ${name}`,
  );
  const apart = pairsAcross(names, ranks).map(([one, other]) => `${one} before ${other}`);
  const settled =
    requiredSize === null
      ? 'not settled at any size here'
      : `settled (flips < 5 %) from n = ${countText(requiredSize)}`;
  const reversed = crossings.map(
    ({ first, second, below }) =>
      `bias alone reverses ${first} and ${second} below n = ${countText(Math.ceil(below))}`,
  );
  return `${[`${metricLabel(metric)}: best first ${order.join('')}`, ...apart, settled, ...reversed].join('; ')}.`;
}

function unranked(pairs: readonly ArmPair[]): string {
  const [only] = pairs;
  if (pairs.length > 1 || only === undefined) return 'no two arms can be told apart';
  const { first, second, difference, standardError } = only;
  const size =
    standardError === null
      ? 'nothing says how sure the values are'
      : `they differ by ${numberText(Math.abs(difference), { error: standardError })} ± ${errorText(standardError)}`;
  return `${first} and ${second} cannot be told apart: ${size}`;
}

/** Pairs that are ranked though no step between them is. */
function pairsAcross(
  names: readonly string[],
  ranks: (one: string, other: string) => boolean,
): readonly (readonly [string, string])[] {
  const isStep = names.map((name, i) => i > 0 && ranks(names[i - 1]!, name));
  return names.flatMap((one, i) =>
    names
      .slice(i + 2)
      .map((other, k) => [other, i + 2 + k] as const)
      .filter(([other, j]) => ranks(one, other) && !isStep.slice(i + 1, j + 1).includes(true))
      .map(([other]) => [one, other] as const),
  );
}
