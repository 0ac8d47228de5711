import { isUnbiased } from './final-values.js';
import type { StudyCurve, StudyRanking } from './study-report.js';

/** The share of the asymptotic value that bias and half a 95 % interval may have where a study states one required n. */
export const REQUIRED_SHARE = 0.05;

/** What asks for the most images. */
export type Binding = 'bias' | 'interval width' | 'ranking';

/** How many images are enough for everything that a study asks of them. */
export interface RequiredImages {
  /** the largest of the n for bias, for precision and for the ranking; null where one of them is unknown */
  readonly n: number | null;
  /** of an `n` of null: what is unknown */
  readonly binding: Binding;
  /** why there is no `n` */
  readonly reason: string | null;
}

/**
 * One required n for each curve: the largest of those at which bias is below 5 % of the asymptotic value, half of a 95 % interval is, and
 * each ranked pair with this set is reversed in less than 5 % of draws. An unbiased metric needs no n for bias, and a set that
 * is in no ranked pair none for the ranking.
 */
export function requiredImages(
  { metric, arm, required, drawnBy }: Pick<StudyCurve, 'metric' | 'arm' | 'required' | 'drawnBy'>,
  rankings: readonly StudyRanking[],
): RequiredImages {
  const {
    forBias = null,
    forPrecision = null,
    reason,
  } = required.find(({ share }) => share === REQUIRED_SHARE) ?? {};
  const unknown = (binding: Binding, why: string): RequiredImages => ({ n: null, binding, reason: why });
  if (forBias === null && !isUnbiased({ metric, drawnBy }))
    return unknown('bias', reason ?? 'the means are not linear in 1/n');
  if (forPrecision === null)
    return unknown('interval width', reason ?? 'no size has a spread of independent draws');
  const ranking = rankings.find((one) => one.metric === metric);
  const isRanked = ranking?.pairs.some(
    ({ first, second, isRanked }) => isRanked && [first, second].includes(arm),
  );
  if (isRanked && ranking!.requiredSize === null)
    return unknown('ranking', 'the order is not stable at any size of this study');
  const parts: readonly (readonly [Binding, number])[] = [
    ['interval width', forPrecision],
    ['bias', forBias ?? 0],
    ['ranking', isRanked ? ranking!.requiredSize! : 0],
  ];
  const [binding, n] = parts.reduce((most, part) => (part[1] > most[1] ? part : most));
  return { n, binding, reason: null };
}
