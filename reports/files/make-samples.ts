import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { ScoredSide } from '../../scoring/score-report.js';
import type { Samples } from '../score/samples.js';
import { pictureReader, randomPictures } from './small-picture.js';

/** Images of all sets together, so that a page of many models stays small. */
const MOST_PICTURES = 200;
const MOST_OF_SET = 8;

/** A side of a score, what the page calls it, and how it was opened. */
export interface SampledSet {
  readonly name: string;
  readonly side: Pick<ScoredSide, 'source' | 'skipped'>;
  readonly opened: SourceOptions;
}

/**
 * Small pictures of random images of each set that is images; null where none is.
 *
 * @param count  of sets on the page; default: these
 */
export async function makeSamples(
  sets: readonly SampledSet[],
  {
    seed,
    signal,
    count = sets.length,
  }: { readonly seed: number; readonly signal?: AbortSignal; readonly count?: number },
): Promise<Samples | null> {
  const most = Math.max(1, Math.min(MOST_OF_SET, Math.floor(MOST_PICTURES / count)));
  const drawn: Samples['sets'] = [];
  for (const {
    name,
    side: { source, skipped },
    opened,
  } of sets) {
    if (!(await holdsImages(source, opened))) continue;
    const images = await openImageSet(source, opened);
    try {
      const left = new Set(skipped.map(({ id }) => id));
      const ids = images.entries.map(({ id }) => id).filter((id) => !left.has(id));
      const random = seededRandom(seed, 'samples');
      drawn.push({
        name,
        images: await randomPictures(ids, { picture: pictureReader(images), random, most, signal }),
      });
    } finally {
      await images.close();
    }
  }
  return drawn.length === 0 ? null : { schema: 'steadfid/samples/1', sets: drawn };
}
