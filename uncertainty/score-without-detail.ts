import { ImagePool } from './image-pool.js';
import { PooledScore } from './pooled-score.js';
import { residualScore } from './residual-score.js';
import type { Score } from './score.js';

/** A score with detail regressed out, by id, and the share of its rank variance that detail explains. */
export interface ScoreWithoutDetail {
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
  const byId = new Map(pool.ids.map((id, place) => [id, residual.score.values[place]!]));
  return {
    score: { name: residual.score.name, byId, undefinedIds: new Map() },
    explained: residual.explained,
  };
}
