import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { NumericalError } from '../errors.js';
import { requireEmbeddings } from '../metrics/comparable-sets.js';
import type { Algebra } from '../numerics/algebra.js';
import { nearestFew } from '../numerics/nearest-neighbors.js';
import { squaredNorms } from '../numerics/products.js';
import type { Rows } from '../numerics/rows.js';
import { IMAGE_CONTROLS } from '../uncertainty/image-controls.js';
import type { ImagePool } from '../uncertainty/image-pool.js';
import { PooledRows, PooledScore } from '../uncertainty/image-pool.js';
import type { Score } from '../uncertainty/score-table.js';
import type { PooledControl } from './filter-effect-of.js';

/** Nearest of the reference that a generated image's distance is the mean of. */
const NEIGHBORS = 5;

/** Names of the controls that a table of scores may hold beside the scores. */
export const CONTROL_NAMES: readonly string[] = [...IMAGE_CONTROLS.map(({ id }) => id), 'random'];

/** Image controls of a pool, from scores by the ids of its images. */
export function imageControls(pool: ImagePool, scores: readonly Score[], source: string): PooledControl[] {
  return scores.flatMap((score) => {
    const control = IMAGE_CONTROLS.find(({ id }) => id === score.name);
    if (control === undefined) return [];
    const column = { source: `${source}, column "${score.name}"` };
    return [{ family: control.family, score: PooledScore.join(pool, within(pool, score), column) }];
  });
}

/** Scores of the pool's images alone. */
function within(pool: ImagePool, { name, byId }: Score): Score {
  const own = [...byId].filter(([id]) => pool.placeOf(id) !== undefined);
  return { name, byId: new Map(own), undefinedIds: new Map() };
}

/**
 * Length of each embedding, and its distance to the nearest of the reference, where both sides have embeddings and the numbers
 * exist: those that overflow are no controls.
 */
export async function embeddingControls(
  { reference, generated }: { readonly reference: EmbeddedSet; readonly generated: EmbeddedSet },
  { pool, algebra }: { readonly pool: ImagePool; readonly algebra: Algebra },
): Promise<PooledControl[]> {
  if (reference.embeddings === null || generated.embeddings === null) return [];
  const embeddings = requireEmbeddings(generated, 'compare');
  const { rows } = PooledRows.join(pool, { source: generated.source, ids: generated.ids, rows: embeddings });
  const pooled = (name: string, values: Float64Array): PooledControl[] => {
    if (!values.every(Number.isFinite)) return [];
    const score = {
      name,
      byId: new Map(pool.ids.map((id, index) => [id, values[index]!])),
      undefinedIds: new Map<string, string>(),
    };
    return [{ family: 'other', score: PooledScore.join(pool, score, { source: generated.source }) }];
  };
  const sides = { reference: requireEmbeddings(reference, 'compare'), generated: rows };
  const distances = await neighborDistances(sides, { k: NEIGHBORS, algebra }).catch((error: unknown) => {
    if (error instanceof NumericalError) return Float64Array.of(Number.NaN);
    throw error;
  });
  return [...pooled('embedding-norm', embeddingNorms(rows)), ...pooled('neighbor-distance', distances)];
}

/** ‖x‖ of each embedding, not normalized. */
export function embeddingNorms(embeddings: Rows): Float64Array {
  return squaredNorms(embeddings).map(Math.sqrt);
}

/**
 * Mean distance of each generated embedding to its k nearest of the reference: how far from anything real it lies.
 *
 * @param k  at most the reference's size; fewer are used if it is smaller
 */
export async function neighborDistances(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { k, algebra }: { readonly k: number; readonly algebra: Algebra },
): Promise<Float64Array> {
  const count = Math.min(k, reference.n);
  const nearest = await nearestFew({ from: generated, to: reference }, count, algebra);
  return Float64Array.from(
    nearest,
    ({ squaredDistances }) => squaredDistances.reduce((sum, square) => sum + Math.sqrt(square), 0) / count,
  );
}
