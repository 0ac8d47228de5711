import { compensatedSum } from '../metrics/numerics/compensated-sum.js';
import { ranks } from '../metrics/numerics/rank-correlation.js';

/** A vector split into what others explain of it by least squares, and the rest. */
export interface RankFit {
  readonly fitted: Float64Array;
  readonly rest: Float64Array;
  /** R²: share of the variance that the others explain */
  readonly explained: number;
}

/** Less of a vector than this share of its length is rounding. */
const ROUNDING = 1e-10;

function centered(vector: Float64Array): Float64Array {
  const mean = compensatedSum(vector) / vector.length;
  return vector.map((value) => value - mean);
}

function product(first: Float64Array, second: Float64Array): number {
  return compensatedSum(first.map((value, i) => value * second[i]!));
}

function without(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  let rest = vector;
  for (const direction of [...basis, ...basis]) {
    const along = product(rest, direction);
    rest = rest.map((value, i) => value - along * direction[i]!);
  }
  return rest;
}

/** Ranks less their mean; ties share theirs. */
export function centeredRanks(values: ArrayLike<number>): Float64Array {
  return centered(ranks(values));
}

/**
 * Least squares of a vector on others and a constant. Others that add nothing (constant, or explained by those before) are
 * passed over, and a rest that is mere rounding is 0.
 *
 * @param vector  (n)
 * @param others  (n) each
 *
 * @example
 * rankFit(Float64Array.of(1, 2, 4), [Float64Array.of(1, 2, 4)]).explained; // 1
 */
export function rankFit(vector: Float64Array, others: readonly Float64Array[]): RankFit {
  const basis: Float64Array[] = [];
  for (const other of others.map(centered)) {
    const length = Math.sqrt(product(other, other));
    const rest = without(other, basis);
    const left = Math.sqrt(product(rest, rest));
    if (left > ROUNDING * length) basis.push(rest.map((value) => value / left));
  }
  const own = centered(vector);
  const total = product(own, own);
  const rest = without(own, basis);
  const left = product(rest, rest);
  const isRounding = !(left > ROUNDING * total);
  return {
    fitted: own.map((value, i) => value - rest[i]!),
    rest: isRounding ? rest.fill(0) : rest,
    explained: isRounding ? 1 : 1 - left / total,
  };
}
