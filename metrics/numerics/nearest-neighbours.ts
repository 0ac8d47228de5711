import { SampleSizeError, ShapeError } from '../../errors.js';
import type { Algebra } from './algebra.js';
import { columnMeans } from './gaussian-moments.js';
import { squaredNorms } from './products.js';
import type { Rows } from './rows.js';
import { rowRange } from './select-rows.js';

/** Rows and columns of a block of products. */
const BLOCK = 512;

/**
 * ‖x − y‖² from the differences: exactly 0 for equal rows and the same in both directions, which an expansion by inner
 * products is not. Ties between distances are decided by this.
 */
export function squaredDifference(first: Rows, i: number, second: Rows, j: number): number {
  const { d } = first;
  const a = i * d;
  const b = j * d;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = first.data[a + k]! - second.data[b + k]!;
    sum += difference * difference;
  }
  return sum;
}

/** Rows about a common center, with what bounds the error of distances that are expanded from inner products. */
interface Centered {
  readonly rows: Rows;
  readonly norms: Float64Array;
}

function centered(vectors: Rows, center: Float64Array): Centered {
  const { n, d } = vectors;
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) data[i * d + j] = vectors.data[i * d + j]! - center[j]!;
  const rows = { n, d, data };
  return { rows, norms: squaredNorms(rows) };
}

/** |expanded − differenced| is at most this, times ‖x‖² + ‖y‖²: rounding of the center, two norms and a product. */
function expansionError(d: number): number {
  return 4 * (d + 8) * Number.EPSILON;
}

/** Told of each pair: its places, ‖x − y‖² by expansion, and the largest error of that. */
type Visit = (i: number, j: number, approximate: number, error: number) => void;

/** Visits all pairs in blocks, or the pairs j < i of one set. */
async function visitPairs(first: Centered, second: Centered, algebra: Algebra, visit: Visit): Promise<void> {
  const own = first === second;
  const errorScale = expansionError(first.rows.d);
  for (let top = 0; top < first.rows.n; top += BLOCK) {
    const rows = rowRange(first.rows, top, Math.min(top + BLOCK, first.rows.n));
    for (let left = 0; left < (own ? top + 1 : second.rows.n); left += BLOCK) {
      const columns = rowRange(second.rows, left, Math.min(left + BLOCK, second.rows.n));
      const products = await algebra.innerProducts(rows, columns);
      for (let i = 0; i < rows.n; i++) {
        const norm = first.norms[top + i]!;
        const end = own && left === top ? i : columns.n;
        for (let j = 0; j < end; j++) {
          const norms = norm + second.norms[left + j]!;
          visit(top + i, left + j, norms - 2 * products[i * columns.n + j]!, norms * errorScale);
        }
      }
    }
  }
}

/** The candidates for the k nearest of one vector: all whose distance may be among the k smallest. */
class Candidates {
  readonly #k: number;
  /** places and upper bounds of distances, unordered */
  #places: number[] = [];
  #lows: number[] = [];
  /** the k smallest upper bounds, ascending: no farther one can be among the k nearest */
  readonly #bounds: number[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  offer(place: number, approximate: number, error: number): void {
    const low = approximate - error;
    const bounds = this.#bounds;
    if (bounds.length === this.#k && low > bounds[this.#k - 1]!) return;
    this.#places.push(place);
    this.#lows.push(low);
    const high = approximate + error;
    let at = bounds.length;
    if (at === this.#k && high >= bounds[at - 1]!) return;
    while (at > 0 && bounds[at - 1]! > high) at--;
    bounds.splice(at, 0, high);
    if (bounds.length > this.#k) bounds.pop();
    if (this.#places.length > 8 * this.#k + 32) this.#prune();
  }

  /** Places that may be among the k nearest, in the order in which they came. */
  places(): readonly number[] {
    this.#prune();
    return this.#places;
  }

  #prune(): void {
    const limit = this.#bounds.length < this.#k ? Number.POSITIVE_INFINITY : this.#bounds[this.#k - 1]!;
    const kept = this.#lows.map((low, at) => (low <= limit ? at : -1)).filter((at) => at >= 0);
    this.#places = kept.map((at) => this.#places[at]!);
    this.#lows = kept.map((at) => this.#lows[at]!);
  }
}

/**
 * Squared distance of each vector to its k-th nearest other one. Products find candidates; differences decide.
 *
 * @param vectors  (n, d)
 * @returns (n)
 * @throws SampleSizeError TOO_FEW_SAMPLES unless 1 ≤ k < n
 */
export async function squaredNeighbourRadii(
  vectors: Rows,
  { k, where }: { readonly k: number; readonly where: string },
  algebra: Algebra,
): Promise<Float64Array> {
  if (!(k < vectors.n)) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where,
      expected: `${k} nearest neighbours need at least ${k + 1} images`,
      received: String(vectors.n),
      help: `Supply ${k + 1 - vectors.n} more.`,
      n: vectors.n,
      needed: k + 1,
    });
  }
  const own = centered(vectors, columnMeans(vectors));
  const candidates = Array.from({ length: vectors.n }, () => new Candidates(k));
  await visitPairs(own, own, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
    candidates[j]!.offer(i, approximate, error);
  });
  return Float64Array.from(candidates, (near, i) => {
    const nearest: number[] = [];
    for (const j of near.places()) {
      const distance = squaredDifference(vectors, i, vectors, j);
      let at = nearest.length;
      while (at > 0 && nearest[at - 1]! > distance) at--;
      nearest.splice(at, 0, distance);
      if (nearest.length > k) nearest.pop();
      if (nearest.length === k && nearest[k - 1] === 0) break; // no distance is smaller
    }
    return nearest[k - 1]!;
  });
}

/** The nearest of `to` for each vector of `from`. */
export interface Nearest {
  /** (n): places in `to`; the first of those equally near */
  readonly places: Uint32Array;
  /** (n) */
  readonly squaredDistances: Float64Array;
}

/** The nearest vector of `to` for each of `from`, decided by differences. */
export async function nearestNeighbours(from: Rows, to: Rows, algebra: Algebra): Promise<Nearest> {
  const [first, second] = commonlyCentered(from, to);
  const candidates = Array.from({ length: from.n }, () => new Candidates(1));
  await visitPairs(first, second, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
  });
  const places = new Uint32Array(from.n);
  const squaredDistances = new Float64Array(from.n).fill(Number.POSITIVE_INFINITY);
  candidates.forEach((near, i) => {
    for (const j of near.places()) {
      const distance = squaredDifference(from, i, to, j);
      if (distance < squaredDistances[i]!) {
        squaredDistances[i] = distance;
        places[i] = j;
      }
      if (distance === 0) break;
    }
  });
  return { places, squaredDistances };
}

function commonlyCentered(first: Rows, second: Rows): [Centered, Centered] {
  if (first.d !== second.d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'nearestNeighbours',
      expected: 'both sides must have vectors of one length',
      received: `${first.d} and ${second.d}`,
    });
  }
  const center = columnMeans(first);
  return [centered(first, center), centered(second, center)];
}

/** `closed`: a ball holds its surface (≤); `open`: it does not (<), and one of radius 0 holds nothing. */
export type Ball = 'closed' | 'open';

/** How often vectors of one set lie in balls around those of another. */
export interface BallCounts {
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
  const [x, y] = commonlyCentered(first, second);
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
