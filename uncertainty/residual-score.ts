import { compensatedSum } from '../numerics/mean-and-variance.js';
import { ranks } from '../numerics/order-statistics.js';
import { ImagePool, PooledScore } from './image-pool.js';
import type { Score } from './score-table.js';

/** What is left of a score when others are regressed out. */
interface ResidualScore {
  readonly score: PooledScore;
  /** R²: share of the score's rank variance that the others explain */
  readonly explained: number;
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
  const { rest, explained } = rankFit(
    centeredRanks(score.values),
    others.map(({ values }) => centeredRanks(values)),
  );
  if (rest.every((value) => value === 0)) return undefined;
  const residual = {
    name: `${score.name} residual`,
    byId: new Map(score.pool.ids.map((id, index) => [id, rest[index]!])),
    undefinedIds: new Map<string, string>(),
  };
  return { score: PooledScore.join(score.pool, residual, { source: score.pool.source }), explained };
}

/** A vector split into what others explain of it by least squares, and the rest. */
interface RankFit {
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

/** A score with detail regressed out, by id, and the share of its rank variance that detail explains. */
interface ScoreWithoutDetail {
  readonly score: Score;
  readonly explained: number;
}

/**
 * What is left of a score's ranks when those of the detail controls are regressed out, over the images that have all of them.
 *
 * @returns undefined for fewer than three images more than controls, or where nothing is left
 */
export function scoreWithoutDetail(score: Score, details: readonly Score[]): ScoreWithoutDetail | undefined {
  const ids = [...score.byId.keys()].filter((id) => details.every(({ byId }) => byId.has(id)));
  if (ids.length < details.length + 3) return undefined;
  const source = score.name;
  const pool = ImagePool.of({ source, ids });
  const pooled = ({ name, byId }: Score) => {
    const own = new Map(ids.map((id) => [id, byId.get(id)!]));
    return PooledScore.join(pool, { name, byId: own, undefinedIds: new Map() }, { source });
  };
  const residual = residualScore(pooled(score), details.map(pooled));
  if (residual === undefined) return undefined;
  const byId = new Map(pool.ids.map((id, index) => [id, residual.score.values[index]!]));
  return {
    score: { name: residual.score.name, byId, undefinedIds: new Map() },
    explained: residual.explained,
  };
}
