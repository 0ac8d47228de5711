import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { Samples } from '../score/samples.js';
import { pictureReader, randomPictures } from './small-picture.js';

/** Images of all sets together, so that a page of many models stays small. */
const MOST_PICTURES = 200;
const MOST_OF_SET = 8;

/** A set, and how it was opened. */
export interface SampledSet {
  readonly name: string;
  readonly set: EmbeddedSet;
  readonly source?: SourceOptions | undefined;
}

/** Small pictures of random images of each set that is images; null where none is. */
export async function makeSamples(
  sets: readonly SampledSet[],
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<Samples | null> {
  const most = Math.max(1, Math.min(MOST_OF_SET, Math.floor(MOST_PICTURES / sets.length)));
  const drawn: Samples['sets'] = [];
  for (const { name, set, source } of sets) {
    if (set.ids === null || !(await holdsImages(set.source, source))) continue;
    const images = await openImageSet(set.source, source);
    try {
      const random = seededRandom(seed, 'samples');
      drawn.push({
        name,
        images: await randomPictures(set.ids, { picture: pictureReader(images), random, most, signal }),
      });
    } finally {
      await images.close();
    }
  }
  return drawn.length === 0 ? null : { schema: 'steadfid/samples/1', sets: drawn };
}
