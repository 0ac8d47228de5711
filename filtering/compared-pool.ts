import { defined } from '../defined.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { InputError } from '../errors.js';
import type { Comparison } from '../metrics/metric-definition.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import type { ScoreSource } from '../scoring/score-sources.js';
import { controlScores } from '../uncertainty/controls.js';
import { decodableImages } from '../uncertainty/files/decodable-images.js';
import type { IdMatch, NamedIds } from '../uncertainty/id-match.js';
import { ImagePool, PooledScore } from '../uncertainty/image-pool.js';
import type { Score } from '../uncertainty/score-table.js';
import { renamedScore } from '../uncertainty/score-table.js';
import type { CompareRequest } from './compare-report.js';
import type { EncodedGroup } from './comparison-warnings.js';
import { embeddingControls, imageControls } from './embedding-controls.js';
import type { PooledControl } from './filter-effect-of.js';

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

/** Control scores of the pool: of the images where there are some, or as columns of the score file; and of the embeddings. */
export async function comparedControls(
  request: CompareRequest,
  {
    pool,
    match,
    generated,
    sets,
  }: {
    readonly pool: ImagePool;
    readonly match: IdMatch;
    readonly generated: ScoreSource;
    readonly sets: Comparison;
  },
): Promise<PooledControl[]> {
  const { scores } = request;
  const algebra = await openAlgebra();
  const ofEmbeddings = await embeddingControls(sets, { pool, algebra });
  if (generated.kind !== 'images') {
    const names = new Map([...match.pairs].map(([image, id]) => [id, image]));
    const columns = scores.scores.map((score) => renamedScore(score, names));
    return [...imageControls(pool, columns, scores.source), ...ofEmbeddings];
  }
  const isWanted = (id: string) => pool.placeOf(id) !== undefined;
  const measured = (await request.measured?.()) ?? (await imageDetail(request, generated.set, isWanted));
  return [...imageControls(pool, measured, pool.source), ...ofEmbeddings];
}

/** Control scores of the images to be filtered, each decoded once. */
export async function imageDetail(
  { unreadable, signal, onProgress }: Pick<CompareRequest, 'unreadable' | 'signal' | 'onProgress'>,
  set: ImageSet,
  isWanted: (id: string) => boolean,
): Promise<readonly Score[]> {
  const images = decodableImages(set).filter(({ id }) => isWanted(id));
  const task = `measuring detail of ${set.source}`;
  const { scores } = await controlScores(images, {
    ...defined({ unreadable, signal }),
    onProgress: (done) => onProgress?.({ task, done, total: images.length, unit: 'img' }),
  });
  return scores;
}
