import { OptionError, SampleSizeError } from '../errors.js';
import type { Algebra } from './algebra.js';
import { columnMeans } from './column-means.js';
import { centered, commonlyCentered, squaredDifference, visitPairs } from './pair-distances.js';
import type { Rows } from './rows.js';

/** @throws OptionError OUT_OF_RANGE unless k is a whole number, at least 1; SampleSizeError TOO_FEW_SAMPLES unless k < n */
export function requireNeighbors(
  n: number,
  { k, where }: { readonly k: number; readonly where: string },
): void {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'k',
      expected: 'must be a whole number, at least 1',
      received: String(k),
    });
  }
  if (k < n) return;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `${k} nearest neighbors need at least ${k + 1} images`,
    received: String(n),
    help: `Supply ${k + 1 - n} more.`,
    n,
    needed: k + 1,
  });
}

/**
 * Squared distance of each vector to its k-th nearest other one. Products find candidates; differences decide.
 *
 * @param vectors  (n, d)
 * @returns (n)
 * @throws OptionError OUT_OF_RANGE unless k is a whole number, at least 1; SampleSizeError TOO_FEW_SAMPLES unless k < n
 */
export async function squaredNeighborRadii(
  vectors: Rows,
  { k, where }: { readonly k: number; readonly where: string },
  algebra: Algebra,
): Promise<Float64Array> {
  requireNeighbors(vectors.n, { k, where });
  const nearest = await nearestOthers(vectors, k, algebra);
  return Float64Array.from(nearest, ({ squaredDistances }) => squaredDistances[k - 1]!);
}

/**
 * The k nearest other ones of each vector, decided by differences.
 *
 * @param k  below n
 */
export async function nearestOthers(
  vectors: Rows,
  k: number,
  algebra: Algebra,
): Promise<readonly NearestFew[]> {
  const own = centered(vectors, columnMeans(vectors), algebra);
  const candidates = candidatesOf(vectors, vectors, k);
  await visitPairs(own, own, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
    candidates[j]!.offer(i, approximate, error);
  });
  return candidates.map((near) => near.nearest());
}

function candidatesOf(from: Rows, to: Rows, k: number): readonly NeighborCandidates[] {
  return Array.from(
    { length: from.n },
    (_, i) => new NeighborCandidates(k, (index) => squaredDifference(from, i, to, index)),
  );
}

/**
 * The k nearest of `to` for each vector of `from`, decided by differences.
 *
 * @param k  at most as many as `to` has
 */
export async function nearestFew(
  { from, to }: { readonly from: Rows; readonly to: Rows },
  k: number,
  algebra: Algebra,
): Promise<readonly NearestFew[]> {
  const [first, second] = commonlyCentered(from, to, algebra);
  const candidates = candidatesOf(from, to, k);
  await visitPairs(first, second, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
  });
  return candidates.map((near) => near.nearest());
}

/** The nearest of `to` for each vector of `from`. */
interface Nearest {
  /** (n): indices in `to`; the first of those equally near */
  readonly indices: Uint32Array;
  /** (n) */
  readonly squaredDistances: Float64Array;
}

/** The nearest vector of `to` for each of `from`, decided by differences. */
export async function nearestNeighbors(from: Rows, to: Rows, algebra: Algebra): Promise<Nearest> {
  const nearest = await nearestFew({ from, to }, 1, algebra);
  return {
    indices: Uint32Array.from(nearest, ({ indices }) => indices[0]!),
    squaredDistances: Float64Array.from(nearest, ({ squaredDistances }) => squaredDistances[0]!),
  };
}

/** `closed`: a ball holds its surface (≤); `open`: it does not (<), and one of radius 0 holds nothing. */
export type Ball = 'closed' | 'open';

/** How often vectors of one set lie in balls around those of another. */
interface BallCounts {
  /** (n): for each ball around a vector of the first set, how many of the second it holds */
  readonly held: Uint32Array;
  /** (m): for each vector of the second set, how many balls hold it */
  readonly holding: Uint32Array;
}

/**
 * Counts of pairs with ‖x − y‖ within the radius of x, and within that of y, in one pass and blocks. Pairs nearer to a surface
 * than rounding are decided by differences.
 *
 * @param radii  squared, (n) and (m)
 */
export async function ballCounts(
  sets: { readonly first: Rows; readonly second: Rows },
  radii: { readonly first: Float64Array; readonly second: Float64Array },
  ball: Ball,
  algebra: Algebra,
): Promise<{ readonly aroundFirst: BallCounts; readonly aroundSecond: BallCounts }> {
  const { first, second } = sets;
  const aroundFirst = { held: new Uint32Array(first.n), holding: new Uint32Array(second.n) };
  const aroundSecond = { held: new Uint32Array(second.n), holding: new Uint32Array(first.n) };
  const [x, y] = commonlyCentered(first, second, algebra);
  await visitPairs(x, y, algebra, (i, j, approximate, error) => {
    const fromFirst = approximate - radii.first[i]!;
    const fromSecond = approximate - radii.second[j]!;
    let inFirst = fromFirst < 0;
    let inSecond = fromSecond < 0;
    if (Math.abs(fromFirst) <= error || Math.abs(fromSecond) <= error) {
      const distance = squaredDifference(first, i, second, j);
      const inside = (radius: number): boolean =>
        ball === 'closed' ? distance <= radius : distance < radius;
      inFirst = inside(radii.first[i]!);
      inSecond = inside(radii.second[j]!);
    }
    if (inFirst) {
      aroundFirst.held[i]!++;
      aroundFirst.holding[j]!++;
    }
    if (inSecond) {
      aroundSecond.held[j]!++;
      aroundSecond.holding[i]!++;
    }
  });
  return { aroundFirst, aroundSecond };
}

/** The k nearest of one vector, nearest first. */
export interface NearestFew {
  /** in order of distance, and of index where that is equal */
  readonly indices: readonly number[];
  readonly squaredDistances: readonly number[];
}

/**
 * The k nearest of one vector, decided by differences: distances with a bound of their error find candidates, of which few are
 * waiting at a time, however many are equally near.
 */
export class NeighborCandidates {
  readonly #k: number;
  readonly #exact: (index: number) => number;
  /** the k nearest of those whose differences were taken, in order */
  #indices: number[] = [];
  #squares: number[] = [];
  /** the k smallest upper bounds, ascending: no farther one can be among the k nearest */
  #bounds: number[] = [];
  /** indices and lower bounds of those that may yet be among them */
  #waiting: number[] = [];
  #lows: number[] = [];

  /** @param exact  squared distance of an index, by differences */
  constructor(k: number, exact: (index: number) => number) {
    this.#k = k;
    this.#exact = exact;
  }

  /** @param index  above all that came before */
  offer(index: number, approximate: number, error: number): void {
    const k = this.#k;
    const low = approximate - error;
    const bounds = this.#bounds;
    if (bounds.length === k && (low > bounds[k - 1]! || bounds[k - 1] === 0)) return; // nothing is nearer than 0
    this.#waiting.push(index);
    this.#lows.push(low);
    if (this.#waiting.length > 4 * k + 16) this.#settle();
    else insert(bounds, approximate + error, k);
  }

  nearest(): NearestFew {
    this.#settle();
    return { indices: this.#indices, squaredDistances: this.#squares };
  }

  #settle(): void {
    const k = this.#k;
    const limit = this.#bounds[k - 1] ?? Number.POSITIVE_INFINITY;
    this.#waiting.forEach((index, i) => {
      if (this.#lows[i]! > limit || this.#squares[k - 1] === 0) return;
      const square = this.#exact(index);
      const at = insert(this.#squares, square, k);
      if (at === undefined) return;
      this.#indices.splice(at, 0, index);
      this.#indices.length = this.#squares.length;
    });
    this.#waiting = [];
    this.#lows = [];
    this.#bounds = [...this.#squares];
  }
}

/** Puts a value into the k smallest, after those equal to it; where it came to stand, or undefined. */
function insert(ascending: number[], value: number, k: number): number | undefined {
  let at = ascending.length;
  if (at === k && !(value < ascending[k - 1]!)) return undefined;
  while (at > 0 && ascending[at - 1]! > value) at--;
  ascending.splice(at, 0, value);
  if (ascending.length > k) ascending.pop();
  return at;
}
