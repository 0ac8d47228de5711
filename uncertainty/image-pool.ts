import { byCodePoint } from '../encoders/embedded-set.js';
import { InputError, SampleSizeError } from '../errors.js';
import type { Rows } from '../numerics/rows.js';
import { selectRows } from '../numerics/rows.js';
import type { IdMatch, MissingIds, NamedIds } from './id-match.js';
import { firstFive, idMatch, requireUnique } from './id-match.js';
import type { Score, ScoreTable } from './score-table.js';

/**
 * The images that a filter chooses from, in code-point order of their ids. An index into a pool means nothing outside it:
 * what is joined to it (`PooledScore`, `PooledRows`) is joined by id and remembers its pool.
 */
export class ImagePool {
  readonly source: string;
  readonly ids: readonly string[];
  readonly #indices: ReadonlyMap<string, number>;

  private constructor({ source, ids }: NamedIds) {
    this.source = source;
    this.ids = ids;
    this.#indices = new Map(ids.map((id, index) => [id, index]));
  }

  /**
   * @throws InputError DUPLICATE_IDS if an id occurs twice
   * @throws SampleSizeError TOO_FEW_SAMPLES if there are fewer than two images
   */
  static of(images: NamedIds): ImagePool {
    requireUnique(images);
    if (images.ids.length < 2) {
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where: images.source,
        expected: 'filtering needs at least two images',
        received: String(images.ids.length),
      });
    }
    return new ImagePool({ source: images.source, ids: [...images.ids].sort(byCodePoint) });
  }

  get size(): number {
    return this.ids.length;
  }

  /** Where an image stands in this pool; undefined if it is not in it. */
  placeOf(id: string): number | undefined {
    return this.#indices.get(id);
  }
}

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

/** Embeddings, or logits, with the ids of their rows; `ids` is null where a file has none. */
export interface IdentifiedRows {
  readonly source: string;
  readonly ids: readonly string[] | null;
  readonly rows: Rows;
}

/** Embeddings of one pool: row i is the image at index i. There is no way to make them but by id. */
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
    const indices = new Map(ids.map((id, index) => [id, index]));
    const missing = pool.ids.filter((id) => !pairs.has(id));
    if (missing.length > 0) {
      throw new InputError('MISSING_IDS', {
        where: source,
        expected: `must have a row for each image of ${pool.source}`,
        received: `${missing.length} of ${pool.size} without one (${firstFive(missing)})`,
        help: 'Encode the images again.',
      });
    }
    return new PooledRows(
      pool,
      selectRows(
        rows,
        pool.ids.map((id) => indices.get(pairs.get(id)!)!),
      ),
    );
  }
}

/** A score of every image of one pool. There is no way to make one but by id. */
export class PooledScore {
  readonly pool: ImagePool;
  readonly name: string;
  readonly #values: Float64Array;

  private constructor(pool: ImagePool, name: string, values: Float64Array) {
    this.pool = pool;
    this.name = name;
    this.#values = values;
  }

  /** one finite number for each image, in the pool's order */
  get values(): ArrayLike<number> {
    return this.#values;
  }

  /**
   * @param source  what the caller calls the file of the scores, for the errors
   * @throws InputError MISSING_IDS if an image has no score or a score no image; DUPLICATE_IDS
   * @throws InputError UNREADABLE_FILE if the score does not exist for some image
   */
  static join(pool: ImagePool, score: Score, { source }: { readonly source: string }): PooledScore {
    const none = [...score.undefinedIds];
    if (none.length > 0) {
      throw new InputError('UNREADABLE_FILE', {
        where: source,
        expected: `column "${score.name}" must have a number for every image`,
        received: `${none.length} without one (${firstFive(none.map(([id]) => id))}): ${none[0][1]}`,
        help: 'Choose another column, or leave these images out of both folder and file.',
      });
    }
    const others = { source, ids: [...score.byId.keys()] };
    const { pairs } = idMatch(pool, others, { missing: 'refuse' });
    return new PooledScore(
      pool,
      score.name,
      Float64Array.from(pool.ids, (id) => score.byId.get(pairs.get(id)!)!),
    );
  }
}
