import { InputError } from '../errors.js';
import type { ScoreSource } from '../metrics/score-source.js';
import type { EncodedGroup } from './encoded-group.js';
import type { IdMatch } from './id-match.js';
import { ImagePool } from './image-pool.js';
import type { NamedIds } from './named-ids.js';
import { PooledScore } from './pooled-score.js';
import type { Score } from './score.js';
import { renamedScore } from './score-columns.js';

/** Ids of the images to be filtered. @throws InputError MISSING_IDS if a file of embeddings has none */
export function requireIds(source: ScoreSource): NamedIds {
  const ids = source.kind === 'images' ? source.set.entries.map(({ id }) => id) : source.set.ids;
  if (ids !== null) return { source: source.path, ids };
  throw new InputError('MISSING_IDS', {
    where: source.path,
    expected:
      'embeddings must carry the ids of their images, for scores are joined by id and never by position',
    received: 'none',
    help: 'Give the images themselves, or embeddings written by steadfid encode.',
  });
}

/** The scores under the ids of the images, of the images that a pool holds. */
export function pooledScores(
  pool: ImagePool,
  scores: readonly Score[],
  { match, source }: { readonly match: IdMatch; readonly source: string },
): PooledScore[] {
  const names = new Map(
    [...match.pairs].flatMap(([image, id]) => (pool.placeOf(image) === undefined ? [] : [[id, image]])),
  );
  return scores.map((score) => PooledScore.join(pool, renamedScore(score, names), { source }));
}

/** The images that scores and every set of embeddings have; those that could not be read are in none. */
export function commonPool(source: string, match: IdMatch, groups: readonly EncodedGroup[]): ImagePool {
  const known = groups.map(({ sets }) => new Set(sets.generated.ids ?? []));
  const ids = [...match.pairs.keys()].filter((id) => known.every((set) => set.has(id)));
  return ImagePool.of({ source, ids });
}
