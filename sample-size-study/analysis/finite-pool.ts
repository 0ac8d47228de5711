/** Above this share of the pool the repeats overlap so much that their spread says little: no band is drawn. */
export const LARGEST_POOL_SHARE = 0.8;

/** How often the weights follow the fitted variances; three rounds change the fourth digit no more. */
const ROUNDS = 5;

/** The spread of subsets of one size, drawn without replacement. */
interface SubsetSpread {
  readonly sampleSize: number;
  /** null where there is none, or more than 80 % of the pool is drawn */
  readonly standardDeviation: number | null;
}

/**
 * Spreads of independent draws from those of subsets of a pool of N. A statistic T of second order has the variance
 * a/n + b/n² over independent draws. Given the pool, its subsets keep Var(Tₙ) − Var(T_N) = a(1/n − 1/N) + b(1/n² − 1/N²).
 * Parts a and b ≥ 0 are fitted over all sizes, and each spread is multiplied by √((a/n + b/n²) / (a(1/n − 1/N) + b(1/n² − 1/N²))).
 *
 * A linear statistic (b = 0) has the usual factor 1/√(1 − n/N). A distance between equal sets (a = 0) has 1/√(1 − (n/N)²).
 * With fewer than three sizes b counts as 0.
 *
 * @returns by size; null where n/N is above 0.8
 *
 * Source: law of total variance for U-statistics, Hoeffding 1948, doi:10.1214/aoms/1177730196.
 */
export function independentSpreads(
  spreads: readonly SubsetSpread[],
  poolSize: number,
): readonly (number | null)[] {
  const isKnown = ({ sampleSize, standardDeviation }: SubsetSpread) =>
    standardDeviation !== null && sampleSize / poolSize <= LARGEST_POOL_SHARE;
  const parts = varianceParts(
    spreads
      .filter((spread) => isKnown(spread) && spread.standardDeviation! > 0)
      .map(({ sampleSize, standardDeviation }) => ({
        ...termsOf(sampleSize, poolSize),
        variance: standardDeviation! ** 2,
      })),
  );
  return spreads.map((spread) => {
    if (!isKnown(spread)) return null;
    const { first, second } = termsOf(spread.sampleSize, poolSize);
    const independent = parts.first / spread.sampleSize + parts.second / spread.sampleSize ** 2;
    return spread.standardDeviation! * Math.sqrt(independent / (parts.first * first + parts.second * second));
  });
}

interface Terms {
  readonly first: number;
  readonly second: number;
}

function termsOf(n: number, poolSize: number): Terms {
  return { first: 1 / n - 1 / poolSize, second: 1 / n ** 2 - 1 / poolSize ** 2 };
}

/** a and b by least squares with the weights 1/variance², both at least 0. */
function varianceParts(points: readonly (Terms & { readonly variance: number })[]): Terms {
  const linear = { first: 1, second: 0 };
  if (points.length < 3) return linear;
  let fitted = points.map(({ variance }) => variance);
  let parts: Terms = linear;
  for (let round = 0; round < ROUNDS; round++) {
    const sum = (term: (point: Terms & { readonly variance: number }) => number) =>
      points.reduce((total, point, i) => total + term(point) / fitted[i]! ** 2, 0);
    const [one, both, two] = [
      sum(({ first }) => first * first),
      sum(({ first, second }) => first * second),
      sum(({ second }) => second * second),
    ];
    const [left, right] = [
      sum(({ first, variance }) => first * variance),
      sum(({ second, variance }) => second * variance),
    ];
    const determinant = one * two - both * both;
    const [a, b] = [(left * two - right * both) / determinant, (right * one - left * both) / determinant];
    parts =
      a >= 0 && b >= 0
        ? { first: a, second: b }
        : a < 0
          ? { first: 0, second: right / two }
          : { first: left / one, second: 0 };
    fitted = points.map(({ first, second }) => parts.first * first + parts.second * second);
  }
  return parts;
}
