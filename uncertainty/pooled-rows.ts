import { InputError } from '../errors.js';
import type { Rows } from '../metrics/numerics/rows.js';
import { selectRows } from '../metrics/numerics/select-rows.js';
import { idMatch } from './id-match.js';
import type { ImagePool } from './image-pool.js';

/** Embeddings, or logits, with the ids of their rows; `ids` is null where a file has none. */
export interface IdentifiedRows {
  readonly source: string;
  readonly ids: readonly string[] | null;
  readonly rows: Rows;
}

/** Embeddings of one pool: row i is the image at place i. There is no way to make them but by id. */
export class PooledRows {
  readonly pool: ImagePool;
  readonly #rows: Rows;

  private constructor(pool: ImagePool, rows: Rows) {
    this.pool = pool;
    this.#rows = rows;
  }

  /** (pool size, d) */
  get rows(): Rows {
    return this.#rows;
  }

  /**
   * @throws InputError MISSING_IDS if the rows carry no ids, or an image of the pool has no row; rows of images that are not
   * in the pool are left out
   */
  static join(pool: ImagePool, { source, ids, rows }: IdentifiedRows): PooledRows {
    if (ids === null) {
      throw new InputError('MISSING_IDS', {
        where: source,
        expected:
          'embeddings must carry the ids of their images, for scores are joined by id and never by position',
        received: `${rows.n} rows without ids`,
        help: 'Give the images themselves, or embeddings written by steadfid encode.',
      });
    }
    const { pairs } = idMatch(pool, { source, ids }, { missing: 'allow' });
    const places = new Map(ids.map((id, place) => [id, place]));
    const missing = pool.ids.filter((id) => !pairs.has(id));
    if (missing.length > 0) {
      throw new InputError('MISSING_IDS', {
        where: source,
        expected: `must have a row for each image of ${pool.source}`,
        received: `${missing.length} of ${pool.size} without one (${missing.slice(0, 5).join(', ')})`,
        help: 'Encode the images again.',
      });
    }
    return new PooledRows(
      pool,
      selectRows(
        rows,
        pool.ids.map((id) => places.get(pairs.get(id)!)!),
      ),
    );
  }
}
