import { type IdMatch, idMatch, type MissingIds } from './id-match.js';
import { ImagePool } from './image-pool.js';
import type { NamedIds } from './named-ids.js';
import { PooledScore } from './pooled-score.js';
import type { Score } from './score.js';
import type { ScoreTable } from './score-table.js';

/** A pool with scores for each of its images. */
export interface ScoredPool {
  readonly pool: ImagePool;
  readonly scores: readonly PooledScore[];
  readonly match: IdMatch;
}

/**
 * The pool of the images that have scores, and the scores that have images: all of both, or with `missing: 'allow'` those that
 * match.
 *
 * @param chosen  columns of the table
 * @throws InputError MISSING_IDS, DUPLICATE_IDS; SampleSizeError TOO_FEW_SAMPLES
 */
export function joinScores(
  images: NamedIds,
  { source, ids }: Pick<ScoreTable, 'source' | 'ids'>,
  chosen: readonly Score[],
  { missing }: { readonly missing: MissingIds },
): ScoredPool {
  const match = idMatch(images, { source, ids }, { missing });
  const pool = ImagePool.of({ source: images.source, ids: [...match.pairs.keys()] });
  const wanted = new Set(match.pairs.values());
  const within = <T>(values: ReadonlyMap<string, T>) => new Map([...values].filter(([id]) => wanted.has(id)));
  const scores = chosen.map(({ name, byId, undefinedIds }) =>
    PooledScore.join(pool, { name, byId: within(byId), undefinedIds: within(undefinedIds) }, { source }),
  );
  return { pool, scores, match };
}
