import { OptionError, SampleSizeError } from '../../errors.js';
import { compensatedSum, mean, variance } from '../../numerics/mean-and-variance.js';
import { equalPieces, sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { intervalMethod, type JackknifeProcedure, jackknifeProcedure } from '../interval-procedure.js';
import type { Interval } from '../metric-definition.js';
import { squaredDistanceBounds } from './squared-distance-bounds.js';

/** Groups that the images are cut into, each left out once. */
export const JACKKNIFE_GROUPS = 20;

/**
 * The indices 0 … n − 1 in random groups of equal size, or one more: random, for images often come sorted by class.
 *
 * @returns `groups` arrays of indices, each ascending
 * @throws SampleSizeError TOO_FEW_SAMPLES if there is no image for each group
 */
export function randomGroups({
  n,
  groups,
  seed,
}: {
  readonly n: number;
  readonly groups: number;
  readonly seed: number;
}): readonly Uint32Array[] {
  if (n < groups) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'randomGroups',
      expected: `${groups} groups need at least ${groups} images`,
      received: String(n),
    });
  }
  const order = sampleIndices({ n, size: n }, seededRandom(seed, 'jackknife groups'));
  return equalPieces(order, groups).map((indices) => indices.sort());
}

/**
 * `removed`: the middle of the interval is the value less its bias in 1/n; `none`: the value, which has no bias, so that the interval is of
 * the asymptotic value as well; `kept`: the value, and the interval is of its expectation at this n.
 */
export type JackknifeBias = 'removed' | 'none' | 'kept';

export interface EstimatedInterval {
  /** of the value; the square root of the jackknife variance */
  readonly standardError: number;
  readonly interval: Interval;
}

/** An interval of a logarithm as an interval of the number itself. */
function ofNumber({ standardError, interval }: EstimatedInterval, value: number): EstimatedInterval {
  const { low, high, estimate, jackknifeDisagreement } = interval;
  return {
    standardError: value * standardError,
    interval: {
      ...interval,
      low: Math.exp(low),
      high: Math.exp(high),
      ...(estimate === undefined ? {} : { estimate: Math.exp(estimate) }),
      ...(jackknifeDisagreement === undefined
        ? {}
        : { jackknifeDisagreement: Math.exp(estimate!) - Math.exp(estimate! - jackknifeDisagreement) }),
    },
  };
}

/** `logarithm` where it is the logarithm whose bias is a multiple of 1/n. */
export type JackknifeScale = 'plain' | 'logarithm';

export interface JackknifeNumbers {
  /** of all images */
  readonly value: number;
  /** without each group */
  readonly replicates: readonly number[];
  /** of each half of the images, of one halving or more, to be had where `bias` is `removed` */
  readonly halves?: readonly number[];
  /** without each of `pairsOfGroups`: what `pairVariance` is estimated from where no formula gives it */
  readonly pairs?: readonly number[];
  readonly level: number;
  readonly bias: JackknifeBias;
  /** default `plain` */
  readonly scale?: JackknifeScale;
  /** a side that was not cut */
  readonly fixed?: 'reference' | 'generated' | null;
  /** of a score that is taken in one split */
  readonly splits?: 'one' | null;
  /** `squared-distance`: of one, whose interval is longer above than below; default `any` */
  readonly law?: 'any' | 'squared-distance';
  /** the part of the variance that comes of pairs of images, where it is known: a jackknife counts it twice (Efron & Stein 1981), so
   * it is taken off once */
  readonly pairVariance?: number;
}

/**
 * Delete-group jackknife: from the value θ of all images and θ₍₋ⱼ₎ without each of g groups, the standard error
 * √((g − 1)/g·Σ(θ₍₋ⱼ₎ − θ̄)²), the estimate g·θ − (g − 1)·θ̄, which is free of bias in 1/n, and an interval by Student's t with
 * g − 1 degrees of freedom, or fewer where `pairs` are given and few groups carry the variance. With the mean θ½ over two halves, the estimate is also 2θ − θ½, and where a bias in 1/n² is left, the two
 * differ by as much as the first is off: the interval's standard error is widened by that, in squares, less the variance of pairs, by which
 * both differ by chance.
 *
 * @throws OptionError OUT_OF_RANGE unless there are two replicates at least
 * @source Quenouille 1956, Biometrika 43:353; Kott 2001, J. Official Statistics 17:521; coverage: bench/results/coverage.json
 * @example
 * deleteGroupJackknife({ value: 2, replicates: [1, 3], level: 0.95, bias: 'kept' }).standardError; // 1
 */
export function deleteGroupJackknife({
  scale = 'plain',
  fixed = null,
  splits = null,
  ...given
}: JackknifeNumbers): EstimatedInterval {
  const procedure = jackknifeProcedure(given.replicates.length, { scale, fixed, splits });
  if (scale === 'plain') return plainJackknife(given, procedure);
  const { value, replicates, halves, pairs } = given;
  const logarithms = {
    ...given,
    value: Math.log(value),
    replicates: replicates.map(Math.log),
    ...(halves && { halves: halves.map(Math.log) }),
    ...(pairs && { pairs: pairs.map(Math.log) }),
  };
  return ofNumber(plainJackknife(logarithms, procedure), value);
}

/**
 * Pairs of groups that are left out at once: each group with the next and with the one after it. A fourth of them would leave the variance that comes
 * of pairs uncertain by its own size.
 *
 * @example
 * pairsOfGroups(5).map((pair) => pair.join('')).join(' '); // 01 12 23 34 40 02 13 24 30 41
 */
export function pairsOfGroups(count: number): readonly (readonly [number, number])[] {
  if (count < 5) return []; // else a pair would come twice
  return [1, 2].flatMap((step) =>
    Array.from({ length: count }, (_, j): [number, number] => [j, (j + step) % count]),
  );
}

/**
 * The part of the variance that comes of pairs of groups: of a squared distance ‖δ‖² with δ = Σ eⱼ it is 2Σ⟨eⱼ, eₗ⟩² over j ≠ l, and each product
 * is how much more two groups change the value together than alone, θ₍₋ⱼₗ₎ − θ − (g − 1)/(g − 2)·(θ₍₋ⱼ₎ + θ₍₋ₗ₎ − 2θ), over 2g²/(g − 2)². The mean of
 * these is what the groups' own squares leave of order 1/g, and no product. The estimate is raised by its own relative variance, Σp⁴/(Σp²)² of products p,
 * as Student's t is wider than a normal: where it comes out too small, the interval of a distance near 0 is too short.
 *
 * @source second differences of the jackknife: Efron & Stein 1981, Annals of Statistics 9:586
 */
function varianceOfPairs({
  value,
  replicates,
  pairs,
}: Required<Pick<JackknifeNumbers, 'value' | 'replicates' | 'pairs'>>): number {
  const g = replicates.length;
  if (pairs.length < 2) return 0;
  const products = pairsOfGroups(g).map(([j, l], k) => {
    const both = pairs[k]!;
    const alone = replicates[j]! + replicates[l]! - 2 * value;
    return (both - value - ((g - 1) / (g - 2)) * alone) / (2 * (g / (g - 2)) ** 2);
  });
  const center = mean(products)!;
  const squares = products.map((product) => (product - center) ** 2);
  return 2 * g * (g - 1) * variance(products, 1)! * (1 + fourthOverSecond(squares));
}

/** Σs²/(Σs)², the relative variance of a sum of independent squares s about 0; 0 where all are 0. */
function fourthOverSecond(squares: readonly number[]): number {
  const sum = compensatedSum(squares);
  return sum === 0 ? 0 : compensatedSum(squares.map((square) => square ** 2)) / sum ** 2;
}

/** Twenty replicates cannot distinguish fewer degrees of freedom than these. */
const FEWEST_DEGREES = 4;

/**
 * Degrees of freedom of a jackknife's variance: g − 1 of normal replicates, fewer where few groups carry it, 2/(κ − 1) times as many as there are
 * groups, κ the kurtosis of the replicates.
 *
 * @source variance of a variance: Satterthwaite 1946, Biometrics Bulletin 2:110
 */
function degreesOfFreedom(replicates: readonly number[]): number {
  const g = replicates.length;
  const center = mean(replicates)!;
  const kurtosis = g * fourthOverSecond(replicates.map((replicate) => (replicate - center) ** 2));
  const found = Math.round((2 * g) / Math.max(1, kurtosis - 1) - 1);
  return Math.min(g - 1, Math.max(FEWEST_DEGREES, found));
}

/** (g − 1)/g·Σ(θ₍₋ⱼ₎ − θ̄)² of the values θ₍₋ⱼ₎ without each of g groups. */
export function jackknifeVariance(replicates: readonly number[]): number {
  return jackknifeCovariance(replicates, replicates);
}

/** The same of two numbers, whose replicates are without the same groups. */
export function jackknifeCovariance(first: readonly number[], second: readonly number[]): number {
  const [center, other] = [mean(first)!, mean(second)!];
  const products = first.map((replicate, j) => (replicate - center) * (second[j]! - other));
  return (compensatedSum(products) * (first.length - 1)) / first.length;
}

/** By how much the bias-corrected estimates of groups left out and of halves differ: 0 but for chance where the bias is a multiple of 1/n. */
export function disagreementOfHalves({
  value,
  replicates,
  halves,
}: Required<Pick<JackknifeNumbers, 'value' | 'replicates' | 'halves'>>): number {
  const groups = replicates.length;
  return groups * value - (groups - 1) * mean(replicates)! - (2 * value - mean(halves)!);
}

function plainJackknife(
  {
    value,
    replicates,
    level,
    bias,
    pairs,
    pairVariance = pairs === undefined ? 0 : varianceOfPairs({ value, replicates, pairs }),
    halves,
    law = 'any',
  }: Omit<JackknifeNumbers, 'scale'>,
  procedure: JackknifeProcedure,
): EstimatedInterval {
  const groups = replicates.length;
  if (groups < 2) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'deleteGroupJackknife',
      expected: 'at least 2 groups must be left out in turn',
      received: String(groups),
    });
  }
  const center = mean(replicates)!;
  const counted = jackknifeVariance(replicates);
  const standardError = Math.sqrt(Math.max(counted - pairVariance, pairVariance));
  const estimate = bias === 'removed' ? groups * value - (groups - 1) * center : value;
  const jackknifeDisagreement =
    halves === undefined ? 0 : disagreementOfHalves({ value, replicates, halves });
  // clusters and strata are unlike each other, where random groups of independent images are not
  const freedom = pairs === undefined ? groups - 1 : degreesOfFreedom(replicates);
  const t = studentQuantile((1 + level) / 2, freedom);
  // chance alone makes groups and one halving differ by about the part of pairs; several halvings are averaged
  const halvings = halves === undefined ? 1 : halves.length / 2;
  const excess = Math.max(0, jackknifeDisagreement ** 2 - pairVariance / halvings);
  const half = t * Math.sqrt(standardError ** 2 + excess);
  const error = { noise: value - estimate, projected: counted, pairs: pairVariance };
  const bounds = law === 'any' ? undefined : squaredDistanceBounds(estimate, error, t);
  const widened = Math.sqrt(1 + excess / standardError ** 2);
  const interval = {
    // bounds are at least 0 and the estimate may lie below: each end moves outward alone
    low:
      bounds === undefined
        ? estimate - half
        : Math.min(bounds.low, estimate - widened * (estimate - bounds.low)),
    high:
      bounds === undefined
        ? estimate + half
        : Math.max(bounds.high, estimate + widened * (bounds.high - estimate)),
    level,
    method: intervalMethod(procedure),
    procedure: bounds === undefined ? procedure : { ...procedure, bounds: 'noncentral' as const },
    ...(bias === 'kept' ? { of: 'value' as const } : { of: 'limit' as const, estimate }),
    ...(halves === undefined ? {} : { jackknifeDisagreement }),
  };
  return { standardError, interval };
}
