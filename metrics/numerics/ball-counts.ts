import type { Algebra } from './algebra.js';
import { commonlyCentered, squaredDifference, visitPairs } from './pair-distances.js';
import type { Rows } from './rows.js';

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
