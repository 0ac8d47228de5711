import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { studentQuantile } from '../numerics/student-t.js';
import { bounds, combinedError, differencePValue, type ErrorPart } from './analysis/paired-repeats.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityNumber,
  StabilityRatio,
} from './stability-report.js';
import { asRatio, LEVEL } from './stability-side.js';
import type { StudyReport } from './study-report.js';

const RATIOS = [
  'coefficientOfVariation',
  'standardDeviation',
  'value',
  'forPrecision',
  'forBias',
] as const satisfies readonly StabilityNumber[];
const DIFFERENCES = ['exponent', 'slope', 'limit'] as const satisfies readonly StabilityNumber[];

/** One number of a filtered set beside as many random images, in two studies. */
interface ComparedNumber<Quantity, Number, Compared> {
  readonly metric: string;
  /** name of the filtered set in either study */
  readonly filters: readonly [string, string];
  readonly quantity: Quantity;
  readonly first: Number | null;
  readonly second: Number | null;
  readonly compared: Compared | null;
  /** of no difference, adjusted for all that were compared */
  readonly pHolm: number | null;
  /** where nothing is compared, why */
  readonly reason: string | null;
}

/** One ratio of filtered to random images in two studies; compared: second over first. */
export type StabilityRatioComparison = ComparedNumber<
  (typeof RATIOS)[number],
  StabilityRatio,
  StabilityRatio
>;

/** One difference of filtered less random images in two studies; compared: second less first. */
export type StabilityDifferenceComparison = ComparedNumber<
  (typeof DIFFERENCES)[number],
  StabilityDifference,
  Pick<StabilityDifference, 'difference' | 'low' | 'high' | 'standardError' | 'pValue'>
>;

/** How filtering acts in two studies. */
export interface StabilityComparison {
  readonly ratios: readonly StabilityRatioComparison[];
  readonly differences: readonly StabilityDifferenceComparison[];
}

/**
 * How filtering acts in two studies: the ratios of the second to those of the first, and differences less those of the first, of filters of
 * the same name, or the only ones. Errors count as independent: studies of one set have its error in common, and their numbers differ by
 * less than is said.
 *
 * @returns undefined where no metric of a filter is in both
 */
export function stabilityComparison(
  first: Pick<StudyReport, 'stability'>,
  second: Pick<StudyReport, 'stability'>,
): StabilityComparison | undefined {
  const [own, theirs] = [first, second].map(({ stability = [] }) =>
    stability.filter(({ role }) => role === 'random'),
  ) as [FilterStability[], FilterStability[]];
  const areSingle = [own, theirs].every((side) => new Set(side.map(({ filter }) => filter)).size === 1);
  const pairs = own.flatMap((one) => {
    const other = theirs.find(
      ({ metric, filter }) => metric === one.metric && (areSingle || filter === one.filter),
    );
    return other === undefined ? [] : [[one, other] as const];
  });
  if (pairs.length === 0) return undefined;
  const ratios = pairs.flatMap((pair) => RATIOS.map((quantity) => comparedRatio(pair, quantity)));
  const differences = pairs.flatMap((pair) =>
    DIFFERENCES.map((quantity) => comparedDifference(pair, quantity)),
  );
  const adjusted = holmAdjusted(
    [...ratios, ...differences].flatMap(({ compared }) => (compared === null ? [] : [compared.pValue])),
  );
  let next = 0;
  const withP = <T extends { readonly compared: object | null }>(one: T) => ({
    ...one,
    pHolm: one.compared === null ? null : adjusted[next++]!,
  });
  return { ratios: ratios.map(withP), differences: differences.map(withP) };
}

type Pair = readonly [FilterStability, FilterStability];

function comparedRatio(
  pair: Pair,
  quantity: (typeof RATIOS)[number],
): Omit<StabilityRatioComparison, 'pHolm'> {
  const [first, second] = pair.map((one) => {
    const found = one[quantity];
    return found !== null && 'filtered' in found ? found.ratio : found;
  }) as [StabilityRatio | null, StabilityRatio | null];
  const compared =
    first === null || second === null
      ? null
      : asRatio({ value: Math.log(second.ratio / first.ratio), ...combinedError([first, second]) });
  return { ...named(pair, quantity), first, second, compared, reason: reasonOf(pair, quantity, compared) };
}

function comparedDifference(
  pair: Pair,
  quantity: (typeof DIFFERENCES)[number],
): Omit<StabilityDifferenceComparison, 'pHolm'> {
  const [first, second] = pair.map((one) => one[quantity]) as [
    StabilityDifference | null,
    StabilityDifference | null,
  ];
  const compared = first === null || second === null ? null : differenceOf(first, second);
  return { ...named(pair, quantity), first, second, compared, reason: reasonOf(pair, quantity, compared) };
}

function differenceOf(first: StabilityDifference, second: StabilityDifference) {
  const difference = second.difference - first.difference;
  const estimate = { value: difference, ...combinedError([errorOf(first), errorOf(second)]) };
  const { standardError } = estimate;
  return { difference, ...bounds(estimate, LEVEL), standardError, pValue: differencePValue(estimate) };
}

/** Degrees of freedom that an interval of so many standard errors has: at least 1, and no more than tell it from a normal one. */
const MOST_DEGREES = 1000;

function errorOf({ low, high, standardError }: StabilityDifference): ErrorPart {
  const quantile = (high - low) / 2 / standardError;
  let degreesOfFreedom = 1;
  while (
    degreesOfFreedom < MOST_DEGREES &&
    studentQuantile((1 + LEVEL) / 2, degreesOfFreedom) > quantile * (1 + 1e-9)
  )
    degreesOfFreedom++;
  return { standardError, degreesOfFreedom };
}

function named<Quantity>([first, second]: Pair, quantity: Quantity) {
  return { metric: first.metric, filters: [first.filter, second.filter] as const, quantity };
}

function reasonOf(pair: Pair, quantity: StabilityNumber, compared: object | null): string | null {
  if (compared !== null) return null;
  const reasons = pair.map(({ reasons = {} }, side) => {
    const why = reasons[quantity];
    return why === undefined ? [] : [`${side === 0 ? 'first' : 'second'}: ${why}`];
  });
  return reasons.flat().join('; ') || 'one of the two is undefined';
}
