import { byCodePoint } from '../encoders/code-point-order.js';
import { SampleSizeError } from '../errors.js';
import { type NamedIds, requireUnique } from './named-ids.js';

/**
 * The images that a filter chooses from, in code-point order of their ids. A place in a pool means nothing outside it:
 * what is joined to it (`PooledScore`, `PooledRows`) is joined by id and remembers its pool.
 */
export class ImagePool {
  readonly source: string;
  readonly ids: readonly string[];
  readonly #places: ReadonlyMap<string, number>;

  private constructor({ source, ids }: NamedIds) {
    this.source = source;
    this.ids = ids;
    this.#places = new Map(ids.map((id, place) => [id, place]));
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
    return this.#places.get(id);
  }
}
