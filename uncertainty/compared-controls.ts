import type { Comparison } from '../metrics/metric-definition.js';
import { openAlgebra } from '../metrics/numerics/open-algebra.js';
import type { ScoreSource } from '../metrics/score-source.js';
import type { CompareRequest } from './compare-request.js';
import type { PooledControl } from './comparison/filter-effect-of.js';
import { controlScores } from './controls/control-scores.js';
import { decodableImages } from './files/decodable-images.js';
import type { IdMatch } from './id-match.js';
import type { ImagePool } from './image-pool.js';
import { embeddingControls, imageControls } from './pool-controls.js';
import { renamedScore } from './score-columns.js';

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
  const { signal, onProgress, scores } = request;
  const algebra = await openAlgebra();
  const ofEmbeddings = await embeddingControls(sets, { pool, algebra });
  if (generated.kind !== 'images') {
    const names = new Map([...match.pairs].map(([image, id]) => [id, image]));
    const columns = scores.scores.map((score) => renamedScore(score, names));
    return [...imageControls(pool, columns, scores.source), ...ofEmbeddings];
  }
  const images = decodableImages(generated.set).filter(({ id }) => pool.placeOf(id) !== undefined);
  const measured = await controlScores(images, {
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done) =>
      onProgress?.({ task: `measuring detail of ${pool.source}`, done, total: images.length, unit: 'img' }),
  });
  return [...imageControls(pool, measured.scores, pool.source), ...ofEmbeddings];
}
