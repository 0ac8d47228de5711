/** √x on an interval as Σ w·log((x + t)/(highest + t)) and a constant: a trace of it is a sum of log determinants. */
export interface SquareRootQuadrature {
  /** t, positive */
  readonly shifts: Float64Array;
  /** w, positive */
  readonly weights: Float64Array;
  /** ends of the interval */
  readonly lowest: number;
  readonly highest: number;
  /** the constant that leaves errors of both signs alike */
  readonly constant: number;
  /** the most that the sum and the constant are off anywhere on the interval */
  readonly error: number;
}

/** Grid of the interval for each shift: errors swing twice between two shifts. */
const GRID = 200;

/** Beyond this many shifts the interval is too wide for the quadrature to be worth it. */
const MOST_SHIFTS = 48;

/**
 * The shortest quadrature of √x on an interval, by the midpoint rule for (1/π)∫ log(x + s²) ds with s = √lowest·sc(u): it converges
 * geometrically, by about π²/log(4·√(highest/lowest)) digits of base e for each shift.
 *
 * @param lowest  above 0
 * @param tolerance  for its error
 * @returns null where more than 48 shifts would be needed
 * @source the substitution of Hale, Higham & Trefethen 2008, SIAM J. Numer. Anal. 46:2505–2523, section 4
 */
export function squareRootQuadrature(
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
  tolerance: number,
): SquareRootQuadrature | null {
  for (let count = 4; count <= MOST_SHIFTS; count++) {
    const found = midpointQuadrature({ lowest, highest }, count);
    if (found.error <= tolerance) return found;
  }
  return null;
}

function midpointQuadrature(
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
  count: number,
): SquareRootQuadrature {
  const modulus = Math.sqrt(lowest / highest);
  const period = quarterPeriod(modulus);
  const shifts = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    // of the upper half by reflection, sc(K′ − u) = 1/(k·sc(u)), which keeps all digits near the pole
    const isLow = 2 * k + 1 <= count;
    const tangent = ellipticTangent(((isLow ? k + 0.5 : count - k - 0.5) * period) / count, modulus);
    const s = isLow ? tangent : 1 / (modulus * tangent);
    const slope = Math.sqrt((1 + s * s) * (1 + modulus * modulus * s * s));
    shifts[k] = lowest * s * s;
    weights[k] = (Math.sqrt(lowest) * period * slope) / (Math.PI * count);
  }
  const sums = { shifts, weights, lowest, highest };
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const points = GRID * count;
  for (let i = 0; i <= points; i++) {
    const x = i === points ? highest : lowest * (highest / lowest) ** (i / points);
    const left = Math.sqrt(x) - sumAt(x, sums);
    least = Math.min(least, left);
    most = Math.max(most, left);
  }
  return { ...sums, constant: (least + most) / 2, error: (most - least) / 2 };
}

/** Σ w·log((x + t)/(highest + t)). */
export function sumAt(
  x: number,
  { shifts, weights, highest }: Pick<SquareRootQuadrature, 'shifts' | 'weights' | 'highest'>,
): number {
  let sum = 0;
  for (let k = 0; k < shifts.length; k++) {
    const all = highest + shifts[k]!;
    const ratio = (x + shifts[k]!) / all;
    sum += weights[k]! * (ratio < 0.5 ? Math.log(ratio) : Math.log1p((x - highest) / all));
  }
  return sum;
}

/** K′ of a modulus, by the arithmetic-geometric mean. */
function quarterPeriod(modulus: number): number {
  let [a, b] = [1, modulus];
  while (Math.abs(a - b) > 1e-15 * a) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  return Math.PI / (a + b);
}

/**
 * Jacobi's sc(u) of the complementary modulus, −i·sn(iu) of the modulus k itself, by descending Landen steps to sinh at k = 0.
 *
 * @param u  from 0 to K′/2
 * @source Abramowitz & Stegun 1964, 16.12 and 16.20
 */
function ellipticTangent(u: number, k: number): number {
  if (k < 1e-9) return Math.sinh(u);
  const next = (k / (1 + Math.sqrt(1 - k * k))) ** 2;
  const s = ellipticTangent(u / (1 + next), next);
  return ((1 + next) * s) / (1 - next * s * s);
}
