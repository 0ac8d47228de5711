import { compensatedSum } from '../metrics/numerics/compensated-sum.js';
import { ranks } from '../metrics/numerics/rank-correlation.js';
import { PooledScore } from './pooled-score.js';

/** What is left of a score when others are regressed out. */
export interface ResidualScore {
  readonly score: PooledScore;
  /** R²: share of the score's rank variance that the others explain */
  readonly explained: number;
}

/** Less of a vector than this share of its length is rounding. */
const ROUNDING = 1e-10;

function centered(values: ArrayLike<number>): Float64Array {
  const rank = ranks(values);
  const middle = (rank.length + 1) / 2;
  return rank.map((value) => value - middle);
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

/**
 * The score's ranks less their least-squares fit by the ranks of other scores: any rising or falling relation with one of
 * them is taken out, whatever its shape. Others that add nothing (constant, or explained by those before) are passed over.
 *
 * @returns undefined where nothing is left, as of a score that is one of the others in disguise
 *
 * @param score  any
 * @param others  of the same pool
 */
export function residualScore(score: PooledScore, others: readonly PooledScore[]): ResidualScore | undefined {
  const basis: Float64Array[] = [];
  for (const { values } of others) {
    const vector = centered(values);
    const length = Math.sqrt(product(vector, vector));
    const rest = without(vector, basis);
    const left = Math.sqrt(product(rest, rest));
    if (left > ROUNDING * length) basis.push(rest.map((value) => value / left));
  }
  const own = centered(score.values);
  const total = product(own, own);
  const rest = without(own, basis);
  const left = product(rest, rest);
  if (!(left > ROUNDING * total)) return undefined;
  const residual = {
    name: `${score.name} without detail`,
    byId: new Map(score.pool.ids.map((id, place) => [id, rest[place]!])),
    undefinedIds: new Map<string, string>(),
  };
  return {
    score: PooledScore.join(score.pool, residual, { source: score.pool.source }),
    explained: 1 - left / total,
  };
}
