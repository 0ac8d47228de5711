import { InputError } from '../errors.js';
import { idMatch } from './id-match.js';
import type { ImagePool } from './image-pool.js';
import { firstFive } from './named-ids.js';
import type { Score } from './score.js';

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
