import type { Algebra } from './algebra.js';
import type { Rows } from './rows.js';
import { rowRange } from './rows.js';
import { type SquareRootQuadrature, squareRootQuadrature, sumAt } from './square-root-quadrature.js';

/** A set of centered vectors in the coordinates of the eigenvectors of their scatter S. */
export interface PrincipalRows {
  /** (n, d), of mean 0 */
  readonly rows: Rows;
  /** (d), positive: of S, the sum of the rows' outer products */
  readonly eigenvalues: Float64Array;
}

/** tr S^½ of a scatter, and how far it may be off beside rounding. */
export interface TraceRoot {
  readonly value: number;
  readonly error: number;
}

/** Rows of a block of products: few calls, and little above the diagonal. */
const BLOCK = 512;

/** 10,000²/2 float64 values are 400 MB. */
const MOST_ROWS = 10_000;

/**
 * Of the lowest eigenvalue of n rows of independent normal values, the share that is left without `count` of them, n → ∞. The lowest
 * that a subset may have is put a quarter as high: it is checked of every subset.
 */
function lowestShare({ n, d }: Rows, count: number): number {
  const [kept, wide] = [1 - count / n, d / n];
  const edge = Math.sqrt(kept * (1 - wide)) - Math.sqrt(wide * (1 - kept));
  return edge > 0 ? (edge * edge) / 4 : 0;
}

/** Passes over all products that are expected: shifts of the quadrature, and one check. */
const PASSES = 16;

/** Multiplications that take as long as eigenvalues and covariance of one subset alone, as measured. */
function costAlone(d: number): number {
  return 3 * d ** 3 + 2000 * d * d;
}

/** The same of the log determinants of a subset: a sixth of r³ are Cholesky's, the rest is what blocks of such sizes cost beside. */
function costTogether(r: number): number {
  return PASSES * (0.4 * r ** 3 + 3.4e5 * r);
}

/**
 * The most rows that may go from subsets that are found together, where that takes less time than finding as many alone; else 0. It is
 * half as many as would leave no rank, and no more than cost 0.6 of what a subset costs alone.
 *
 * @param count  of subsets, of which each is without a sixth of the rows
 */
export function mostTogether({ n, d }: Pick<Rows, 'n' | 'd'>, count: number): number {
  let most = Math.max(0, Math.floor(Math.min(d, (n - d) / 2)));
  while (costTogether(most) > 0.6 * costAlone(d)) most--;
  const saved = count * (costAlone(d) - costTogether(Math.min(most, n / 6)));
  return n <= MOST_ROWS && saved > PASSES * 0.6 * n * n * d ? most : 0;
}

/**
 * A quadrature of √x for all subsets.
 *
 * @param most  rows that go from any of them
 * @param tolerance  for the error of a root
 * @returns null where it would be too long
 */
export function sharedQuadrature(
  { rows, eigenvalues }: PrincipalRows,
  { most, tolerance }: { readonly most: number; readonly tolerance: number },
): SquareRootQuadrature | null {
  const lowest = eigenvalues[0]! * lowestShare(rows, most);
  if (!(lowest > 0)) return null;
  return squareRootQuadrature({ lowest, highest: eigenvalues[rows.d - 1]! }, tolerance / rows.d);
}

/**
 * tr S^½ of the scatter of many subsets of one set, each the set without some of its rows, about the subset's own mean.
 *
 * With S the scatter of all and U the centered rows that go, weighted for the shift of the mean, S − UUᵀ is the subset's. Of
 * f(x) = Σ w·log(x + t) the traces differ by Σ w·log det(I − Uᵀ(S + t)⁻¹U), and Y(S + t)⁻¹Yᵀ of all rows Y holds the matrix of every
 * subset. So a subset costs Cholesky factors of as many rows as go, in place of eigenvalues of as many as there are dimensions. With f a
 * quadrature of √x on an interval that holds all eigenvalues, which Sylvester's law of inertia confirms for each subset, the error is
 * at most d times the quadrature's.
 *
 * @param excluded  of each subset, ascending
 * @param onShare  told the share that is done; may throw to stop
 * @returns null for a subset that has an eigenvalue below the interval
 */
export async function rootsWithoutRows(
  { rows, eigenvalues }: PrincipalRows,
  excluded: readonly Uint32Array[],
  {
    quadrature,
    algebra,
    onShare,
  }: {
    readonly quadrature: SquareRootQuadrature;
    readonly algebra: Pick<Algebra, 'innerProducts' | 'logDeterminant'>;
    readonly onShare?: (share: number) => void;
  },
): Promise<(TraceRoot | null)[]> {
  const { d } = rows;
  const { shifts, weights, lowest, constant, error } = quadrature;
  const whole = d * constant + eigenvalues.reduce((sum, value) => sum + sumAt(value, quadrature), 0);
  const found: (number | null)[] = excluded.map(() => whole);
  const into = new Float64Array(Math.max(0, ...excluded.map(({ length }) => length)) ** 2);
  const passes = [-lowest, ...shifts]; // positive definite there: no eigenvalue is below the interval
  for (const [pass, shift] of passes.entries()) {
    const weight = pass === 0 ? 0 : weights[pass - 1]!;
    const products = await shiftedProducts({ rows, eigenvalues }, shift, algebra);
    for (const [subset, out] of excluded.entries()) {
      const sum = found[subset]!;
      if (sum === null) continue;
      onShare?.((pass + subset / excluded.length) / passes.length);
      const matrix = complement(products, out, { n: rows.n, into });
      const logarithm = await algebra.logDeterminant(matrix, out.length);
      found[subset] = logarithm === null ? null : sum + weight * logarithm;
    }
  }
  return found.map((value) => (value === null ? null : { value, error: d * error }));
}

/** Y(S + t)⁻¹Yᵀ of all rows, in blocks of rows up to the diagonal. */
async function shiftedProducts(
  { rows: { n, d, data }, eigenvalues }: PrincipalRows,
  shift: number,
  algebra: Pick<Algebra, 'innerProducts'>,
): Promise<readonly Float64Array[]> {
  const scales = eigenvalues.map((value) => 1 / Math.sqrt(value + shift));
  const scaled = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) scaled[i * d + j] = data[i * d + j]! * scales[j]!;
  const rows = { n, d, data: scaled };
  const blocks: Float64Array[] = [];
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = Math.min(n, top + BLOCK);
    blocks.push(await algebra.innerProducts(rowRange(rows, top, bottom), rowRange(rows, 0, bottom)));
  }
  return blocks;
}

/**
 * I − BHB of the rows that go: H their part of all products, and B² = I + 11ᵀ/(n − r) for the mean that moves when they go.
 *
 * @param into  memory of at least r²
 * @returns (r, r), its upper triangle
 */
function complement(
  blocks: readonly Float64Array[],
  out: Uint32Array,
  { n, into }: { readonly n: number; readonly into: Float64Array },
): Float64Array {
  const r = out.length;
  const matrix = into.subarray(0, r * r); // H in the upper triangle
  const sums = new Float64Array(r);
  for (let j = 0; j < r; j++) {
    const top = out[j]! - (out[j]! % BLOCK);
    const width = Math.min(top + BLOCK, n);
    const row = blocks[top / BLOCK]!.subarray((out[j]! - top) * width);
    for (let i = 0; i <= j; i++) {
      const product = row[out[i]!]!;
      matrix[i * r + j] = product;
      sums[i]! += product;
      if (i < j) sums[j]! += product;
    }
  }
  const share = (Math.sqrt(1 + r / (n - r)) - 1) / r;
  const total = sums.reduce((all, sum) => all + sum, 0);
  for (let i = 0; i < r; i++) {
    const own = share * sums[i]! + share * share * total;
    for (let j = i; j < r; j++)
      matrix[i * r + j] = (i === j ? 1 : 0) - matrix[i * r + j]! - own - share * sums[j]!;
  }
  return matrix;
}
