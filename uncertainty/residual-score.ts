import { PooledScore } from './pooled-score.js';
import { centeredRanks, rankFit } from './rank-fit.js';

/** What is left of a score when others are regressed out. */
export interface ResidualScore {
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
    name: `${score.name} without detail`,
    byId: new Map(score.pool.ids.map((id, place) => [id, rest[place]!])),
    undefinedIds: new Map<string, string>(),
  };
  return { score: PooledScore.join(score.pool, residual, { source: score.pool.source }), explained };
}
